import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { createAgentic } from 'agentic-node'
import { expressAgentic } from 'agentic-node/express'
import type { Request } from 'express'
import { support } from './support.ts'

export const agentic = createAgentic({
  agents: { support },
  // Whatever your sign-in middleware left on the request.
  owner: (_request, req: Request) => req.header('x-user') ?? null,
})

export async function start(AppModule: new () => unknown) {
  const app = await NestFactory.create<NestExpressApplication>(AppModule)
  app.use(expressAgentic(agentic))
  await app.listen(Number(process.env['PORT'] ?? 3000))
  return app
}
