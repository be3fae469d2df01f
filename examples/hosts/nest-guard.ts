import { All, Controller, Module, Next, Req, Res, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { createAgentic } from 'agentic-node'
import { expressAgentic } from 'agentic-node/express'
import type { NextFunction, Request, Response } from 'express'
import { jwt, SignedIn, SignInController, type SignedInUser } from './nest-sign-in.ts'
import { support } from './support.ts'

type Asked = Request & SignedInUser

export const agentic = createAgentic({
  agents: { support },
  owner: (_request, req: Asked) => req.user?.sub ?? null,
})
const serveAgentic = expressAgentic(agentic)

@Controller('agents')
@UseGuards(SignedIn)
export class AgentsController {
  @All(['', '*path'])
  handle(@Req() request: Asked, @Res() response: Response, @Next() next: NextFunction): void {
    serveAgentic(request, response, next)
  }
}

@Module({ imports: [jwt], controllers: [SignInController, AgentsController] })
export class AppModule {}

export async function start() {
  const app = await NestFactory.create(AppModule)
  await app.listen(Number(process.env['PORT'] ?? 3000))
  return app
}
