import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { until } from '../../support/sql.ts'
import type { ComposeFile, Service } from './compose-file.ts'
import type { Image } from './image.ts'

interface Health {
  status: string
  running: number
  concurrency: number
}

/** What a container would run, as a process with nothing in its environment but what a container would have. */
export class ComposedProcess {
  readonly url: string
  readonly #child: ChildProcess
  readonly #healthUrl: string
  #output = ''

  private constructor(child: ChildProcess, port: number, healthUrl: string) {
    this.#child = child
    this.url = `http://127.0.0.1:${port}`
    this.#healthUrl = healthUrl
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text))
    }
    onTestFinished(async () => void (await this.#end('SIGKILL')))
  }

  /** `hosts`: where what its file calls `postgres` and `redis` is here. */
  static async start(
    service: Service,
    image: Image,
    hosts: Record<string, string>,
  ): Promise<ComposedProcess> {
    const port = await freePort()
    const ports = { PORT: String(port), HEALTH_PORT: String(port) }
    const env = { ...image.env, ...atHosts(service.environment ?? {}, hosts), ...ports }
    const [program = '', ...args] = service.command ?? image.command
    const child = spawn(program, args, {
      cwd: image.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const healthUrl = new URL(image.healthcheck.at(-1)!)
    healthUrl.port = String(port)
    return new ComposedProcess(child, port, healthUrl.href)
  }

  /** Resolves when the check of its health passes. */
  async healthy(): Promise<void> {
    await until(async () => this.#hasEnded || (await this.#asked())?.status === 'ok')
    if (this.#hasEnded) throw new Error(`It ended instead of becoming healthy: ${this.#output}`)
  }

  async health(): Promise<Health> {
    const health = await this.#asked()
    if (health === null) throw new Error(`It does not answer: ${this.#output}`)
    return health
  }

  /** As a container that is out of memory ends. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** As `docker compose stop` does; gives the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  async #asked(): Promise<Health | null> {
    try {
      return (await (await fetch(this.#healthUrl)).json()) as Health
    } catch {
      // It does not listen yet, or not any more.
      return null
    }
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.#hasEnded) {
      const exited = once(this.#child, 'exit')
      this.#child.kill(signal)
      await exited
    }
    return this.#child.exitCode
  }
}

/** The processes of the services that are built, once for each replica, when all of them are healthy. */
export async function composeUp(
  { services }: ComposeFile,
  image: Image,
  hosts: Record<string, string>,
): Promise<Record<string, ComposedProcess[]>> {
  const started: Record<string, ComposedProcess[]> = {}
  for (const [name, service] of Object.entries(services)) {
    const { build, deploy } = service
    if (build === undefined) continue
    const replicas = Array.from({ length: deploy?.replicas ?? 1 }, async () =>
      ComposedProcess.start(service, image, hosts),
    )
    started[name] = await Promise.all(replicas)
  }
  await Promise.all(
    Object.values(started)
      .flat()
      .map(async (one) => one.healthy()),
  )
  return started
}

/** Values that are URLs of another service lead to where that is here. */
function atHosts(env: Record<string, string>, hosts: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => {
      const host = URL.canParse(value) ? new URL(value).hostname : ''
      return [name, hosts[host] ?? value]
    }),
  )
}
