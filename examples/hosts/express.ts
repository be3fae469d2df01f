import { createAgentic } from 'agentic-node'
import { expressAgentic } from 'agentic-node/express'
import express, { type Request } from 'express'
import { support } from './support.ts'

export const agentic = createAgentic({
  agents: { support },
  // Whatever your sign-in left on the request; with Passport: `req.user?.id ?? null`.
  owner: (_request, req: Request) => req.header('x-user') ?? null,
})

const app = express()
app.use(expressAgentic(agentic))
export const server = app.listen(Number(process.env['PORT'] ?? 3000))
