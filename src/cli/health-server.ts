import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Health } from '../core/api.ts'
import { CliError } from './cli-error.ts'

export interface HealthAddress {
  port: number
  host: string | undefined
}

/**
 * `/livez`: 200 as long as the process answers; restarting it would mend nothing but a process that stands still.
 * `/healthz`: 200 while it executes runs, 503 with a reason while it does not: starting, failing, draining.
 * Answers to the end of the process; resolves with its address.
 */
export async function serveHealth(
  { port, host }: HealthAddress,
  health: () => Health,
): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url?.replace(/\?.*$/s, '')
    if (path === '/livez') return answer(response, 200, health())
    if (path !== '/healthz')
      return answer(response, 404, { error: 'Here are /healthz and /livez.' })
    const now = health()
    if (now.status === 'ok') return answer(response, 200, now)
    answer(response, 503, { ...now, reason: reasons[now.status](now) })
  })
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    const { message } = cause as Error
    throw new CliError(1, `The health endpoint cannot listen: ${message}. Nothing was started.`)
  }
  const { address, family, port: bound } = server.address() as AddressInfo
  const name = family === 'IPv6' ? `[${address}]` : address
  return `http://${name}:${bound}`
}

const reasons: Record<Exclude<Health['status'], 'ok'>, (health: Health) => string> = {
  starting: () => 'It has not started yet: the database is being opened.',
  draining: ({ running }) => `It stops; runs left: ${running}.`,
  failing: ({ lastHeartbeatAt }) =>
    `The database has not taken a heartbeat since ${new Date(lastHeartbeatAt ?? 0).toISOString()}, which is longer than a lease lasts.`,
}

function answer(response: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  response.writeHead(status, headers).end(`${JSON.stringify(body)}\n`)
}
