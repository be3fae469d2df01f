import { Socket } from 'node:net'
import type * as GraphileWorker from 'graphile-worker'
import type { Pool } from 'pg'
import { AgenticError } from '../../core/errors.ts'

export type Engine = typeof GraphileWorker

/** Nobody answers for so long: then the connection is dead. */
const patienceMs = { connect: 5_000, answer: 15_000 }

export async function loadEngine(): Promise<Engine> {
  try {
    return await import('graphile-worker')
  } catch (error) {
    throw missing('graphile-worker', error)
  }
}

export interface Connections {
  pool: Pool
  /** Ends them, whatever they wait for; there are no others afterwards. A pool of the app's is left alone. */
  hangUp: () => void
}

export async function openConnections(connectionString: string): Promise<Connections> {
  const { default: pg } = await import('pg').catch((error: unknown) => {
    throw missing('pg', error)
  })
  const sockets = new Set<Socket>()
  let isOver = false
  const open = () => {
    const socket = new Socket()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return isOver ? socket.destroy(new Error('The queue was closed.')) : socket
  }
  const pool = new pg.Pool({
    connectionString,
    application_name: 'agentic-node queue',
    connectionTimeoutMillis: patienceMs.connect,
    query_timeout: patienceMs.answer,
    keepAlive: true,
    stream: open,
  })
  const hangUp = () => {
    isOver = true
    for (const socket of sockets) socket.destroy()
  }
  return { pool, hangUp }
}

function missing(name: string, cause: unknown): AgenticError {
  return new AgenticError(
    'invalid_setting',
    `Setting \`queue\` is graphile-worker, but the package \`${name}\` is not installed. Run \`npm install graphile-worker pg\`.`,
    { cause },
  )
}

/** What of its log is told: that something failed. */
export function troubleLogger(
  engine: Engine,
  trouble: (error: unknown) => void,
): GraphileWorker.Logger {
  return new engine.Logger(() => (level, message, meta) => {
    if (level === 'error') trouble(meta?.['error'] ?? new Error(message))
  })
}
