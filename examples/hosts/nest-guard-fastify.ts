import { All, Controller, Module, Req, Res, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { createAgentic } from 'agentic-node'
import { fastifyHandler } from 'agentic-node/fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { jwt, SignedIn, SignInController, type SignedInUser } from './nest-sign-in.ts'
import { support } from './support.ts'

type Asked = FastifyRequest & SignedInUser

export const agentic = createAgentic({
  agents: { support },
  owner: (_request, req: Asked) => req.user?.sub ?? null,
})
const serveAgentic = fastifyHandler(agentic)

@Controller('agents')
@UseGuards(SignedIn)
export class AgentsController {
  @All(['', '*'])
  async handle(@Req() request: Asked, @Res() reply: FastifyReply): Promise<void> {
    await serveAgentic(request, reply)
  }
}

@Module({ imports: [jwt], controllers: [SignInController, AgentsController] })
export class AppModule {}

export async function start() {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter())
  await app.listen(Number(process.env['PORT'] ?? 3000))
  return app
}
