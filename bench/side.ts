import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Client } from './client.ts'
import { compiledPath } from './compiled.ts'
import type { SideSpec } from './sides/side-spec.ts'

export interface Usage {
  cpuMs: number
  rss: number
  statements: number
  transactions: number
}

/** The process of one side, under load from this one. */
export class Side {
  readonly #child: ChildProcess
  readonly client: Client

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.client = new Client(port)
  }

  static async start(spec: SideSpec, nodeOptions = ''): Promise<Side> {
    const env = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: nodeOptions }
    const child = fork(compiledPath('server.ts'), [JSON.stringify(spec)], { env })
    const { port } = await answer<{ port: number }>(child)
    return new Side(child, port)
  }

  async usage(): Promise<Usage> {
    this.#child.send('usage')
    return answer<Usage>(this.#child)
  }

  /** Bytes on the heap after a full collection. */
  async liveBytes(): Promise<number> {
    this.#child.send('collect')
    return (await answer<{ liveBytes: number }>(this.#child)).liveBytes
  }

  /** Closes as on a deploy. */
  async stop(): Promise<void> {
    this.client.close()
    if (this.#child.exitCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.send('end')
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 15_000)
    await exited
    clearTimeout(late)
  }
}

/** A process that is silent for longer hangs. */
const patienceMs = 60_000

async function answer<T>(child: ChildProcess): Promise<T> {
  const listening = new AbortController()
  const { signal } = listening
  const silent = delay(patienceMs, undefined, { signal }).then(() => {
    throw new Error(`the process of a side was silent for ${patienceMs / 1000} s`)
  })
  const exited = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`the process of a side ended with ${String(code)}`)
  })
  try {
    const message = once(child, 'message', { signal })
    const [first] = (await Promise.race([message, exited, silent])) as [T]
    return first
  } finally {
    for (const other of [exited, silent]) {
      other.catch(() => {
        // Told by the race, or stopped here.
      })
    }
    listening.abort()
  }
}
