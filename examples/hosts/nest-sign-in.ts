import type { IncomingHttpHeaders } from 'node:http'
import {
  Body,
  Controller,
  Inject,
  Injectable,
  Post,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common'
import { JwtModule, JwtService } from '@nestjs/jwt'
import { checkPassword } from './users.ts'

export interface SignedInUser {
  user?: { sub: string }
}

@Injectable()
export class SignedIn implements CanActivate {
  @Inject(JwtService) private readonly jwt!: JwtService

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context
      .switchToHttp()
      .getRequest<SignedInUser & { headers: IncomingHttpHeaders }>()
    const [, token = ''] = (request.headers.authorization ?? '').split(' ')
    try {
      request.user = await this.jwt.verifyAsync<{ sub: string }>(token)
      return true
    } catch {
      throw new UnauthorizedException()
    }
  }
}

@Controller('sign-in')
export class SignInController {
  @Inject(JwtService) private readonly jwt!: JwtService

  @Post()
  async signIn(@Body() { username, password }: { username: string; password: string }) {
    const user = checkPassword(username, password)
    if (user === null) throw new UnauthorizedException()
    return { token: await this.jwt.signAsync({ sub: user.id }, { expiresIn: '1h' }) }
  }
}

export const jwt = JwtModule.register({
  secret: process.env['JWT_SECRET'] ?? 'a secret of your own',
})
