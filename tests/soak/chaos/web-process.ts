// The web process of a chaos round: serves the app's handler and executes nothing.
import { serve } from '@hono/node-server'
import { agentic } from './agentic.config.ts'
import { planVariable, type ProcessPlan } from './plan.ts'

const { port } = JSON.parse(process.env[planVariable] ?? '') as ProcessPlan
const server = serve({ fetch: agentic.fetch, port, hostname: '127.0.0.1' }, () => {
  process.stdout.write('listening\n')
})
process.on('SIGTERM', () => {
  server.close()
  void agentic.close().then(() => process.exit(0))
})
