import { createServer } from 'node:http'
import compression from 'compression'
import express, { type Express, type Request as ExpressRequest } from 'express'
import { createAgentic } from 'agentic-node'
import { expressAgentic, type ExpressMiddleware } from 'agentic-node/express'
import { listening, settings, type HostPlan, type Running, type StartHost } from './host.ts'

type Asked = ExpressRequest & { visitor?: string | null }

export const startExpress: StartHost = async (plan) =>
  start(plan, (app, agentic) => app.use(agentic))

/** Under a path, which Express takes off. */
export const startExpressUnderPath: StartHost = async (plan) =>
  start(plan, (app, agentic) => app.use('/agents', agentic))

async function start(
  plan: HostPlan,
  mount: (app: Express, agentic: ExpressMiddleware<Asked>) => unknown,
): Promise<Running> {
  const agentic = createAgentic({
    ...settings(plan),
    owner: (_request, { visitor }: Asked) => visitor ?? null,
  })
  const app = express()
  app.use((request: Asked, response, next) => {
    request.visitor = request.header('x-user') ?? null
    response.setHeader('x-frame-options', 'DENY')
    next()
  })
  if (plan.before !== 'nothing before it') {
    app.use(compression(), express.json({ limit: '4mb' }), express.urlencoded({ extended: true }))
  }
  mount(app, expressAgentic(agentic))
  app.get('/', (_request, response) => void response.send('Hello'))
  return listening(createServer(app), agentic)
}
