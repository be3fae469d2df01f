import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, onTestFinished } from 'vitest'
import { freePort } from './free-port.ts'
import { sql } from './sql.ts'

/**
 * Starts PgBouncer in front of a database, for the rest of the test; answers the database's URL by way of it. Clients
 * share four connections, each for one transaction at a time.
 */
export async function startPgBouncer(database: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'agentic-pgbouncer-'))
  const url = new URL(database)
  const server = Object.entries({
    host: url.hostname,
    port: url.port,
    user: url.username,
    ...(url.password && { password: url.password }),
  })
  // It refuses parameters it does not know.
  url.searchParams.delete('options')
  url.host = `127.0.0.1:${await freePort()}`
  const settings = {
    listen_addr: url.hostname,
    listen_port: url.port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: 4,
    max_client_conn: 200,
  }
  const lines = [
    '[databases]',
    `* = ${server.map(([key, value]) => `${key}=${value}`).join(' ')}`,
    '[pgbouncer]',
    ...Object.entries(settings).map(([key, value]) => `${key} = ${value}`),
  ]
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(file, lines.join('\n'))
  // It refuses to run as root.
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(inject('pgbouncer'), [...asNobody, file], { stdio: 'pipe' })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (log += text))
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill()
    await exited
    rmSync(folder, { recursive: true })
  })
  // Without our schema, which would be set on a connection that others get next.
  const probe = new URL(url)
  probe.search = ''
  await expect
    .poll(async () => (child.exitCode === null ? sql(probe.href, 'select 1 as one') : log), {
      interval: 20,
    })
    .toEqual([{ one: 1 }])
  return url.href
}
