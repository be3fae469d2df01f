import {
  All,
  Controller,
  Inject,
  Injectable,
  Module,
  Next,
  Req,
  Res,
  UnauthorizedException,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { JwtModule, JwtService } from '@nestjs/jwt'
import { createAgentic } from 'agentic-node'
import { expressAgentic } from 'agentic-node/express'
import type { NextFunction, Request, Response } from 'express'
import { support } from './support.ts'

type Asked = Request & { user?: { sub: string } }

@Injectable()
export class SignedIn implements CanActivate {
  @Inject(JwtService) private readonly jwt!: JwtService

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Asked>()
    const [, token = ''] = (request.header('authorization') ?? '').split(' ')
    try {
      request.user = await this.jwt.verifyAsync<{ sub: string }>(token)
      return true
    } catch {
      throw new UnauthorizedException()
    }
  }
}

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

@Module({
  imports: [JwtModule.register({ secret: process.env['JWT_SECRET'] ?? 'a secret of your own' })],
  controllers: [AgentsController],
})
export class AgentsModule {}

export async function start() {
  const app = await NestFactory.create(AgentsModule)
  await app.listen(Number(process.env['PORT'] ?? 3000))
  return app
}
