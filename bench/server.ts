import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Mount, SideSpec } from './sides/side-spec.ts'

/** One side of a comparison, as a process of its own. Over its channel it tells its port and what it used. */
const spec = JSON.parse(process.argv[2] ?? '{}') as SideSpec
const sides: Record<SideSpec['kind'], () => Promise<Mount>> = {
  bare: async () => (await import('./sides/bare.ts')).mountBare,
  'bare-stream': async () => (await import('./sides/bare-stream.ts')).mountBareStream,
  'hand-rolled': async () => (await import('./hand-rolled/app.ts')).mountHandRolled,
  ours: async () => (await import('./sides/ours.ts')).mountOurs,
}
const app = new Hono()
const mount = await sides[spec.kind]()
const side = await mount(app, spec)

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  process.send?.({ port })
})

process.on('message', (message) => {
  if (message === 'end') void end()
  else if (message === 'collect') process.send?.({ liveBytes: liveBytes() })
  else process.send?.({ ...usage(), ...side.counts() })
})
process.on('disconnect', () => process.exit(1))

function usage() {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1000, rss: process.memoryUsage().rss }
}

/** What a full collection leaves: how much of the memory is in use, not how lazy the collector is. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

/** What the database counted for this process is known once its connections are closed. */
async function end(): Promise<void> {
  server.close()
  await side.close()
  process.exit(0)
}
