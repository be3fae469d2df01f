import { join } from 'node:path'
import { freePort } from '../../support/free-port.ts'
import { Line } from '../../support/proxy.ts'
import type { Journal } from './journal.ts'
import { Member } from './member.ts'
import type { ProcessPlan, QueueName } from './plan.ts'
import type { Surroundings } from './surroundings.ts'

export interface FleetOptions {
  surroundings: Surroundings
  queue: QueueName
  modelUrl: string
  journal: Journal
}

/** The processes of a round, each with lines of its own to the database and to Redis. */
export class Fleet {
  readonly web: Member
  readonly workers: Member[]
  readonly lines: Line[]
  readonly url: string

  private constructor(parts: { web: Member; workers: Member[]; lines: Line[]; url: string }) {
    this.web = parts.web
    this.workers = parts.workers
    this.lines = parts.lines
    this.url = parts.url
  }

  static async start(options: FleetOptions): Promise<Fleet> {
    const { surroundings, queue, modelUrl, journal } = options
    const { folder, redis, server } = surroundings
    const lines: Line[] = []
    const port = await freePort()
    const member = async (name: string, kind: Member['kind']) => {
      const lineTo = async (target: string) => {
        const line = new Line(new URL(target))
        await line.accept()
        lines.push(line)
        return line.url
      }
      const plan: ProcessPlan = {
        database: server === null ? surroundings.database : await lineTo(surroundings.database),
        queue,
        redisUrl: redis === null ? '' : await lineTo(redis.url),
        modelUrl,
        effects: join(folder, 'effects.log'),
        port,
      }
      return new Member(name, kind, { plan, folder, journal })
    }
    const web = await member('web', 'web')
    const workers = [
      await member('worker-1', 'worker'),
      await member('worker-2', 'worker'),
      await member('worker-3', 'worker'),
    ]
    const fleet = new Fleet({ web, workers, lines, url: `http://127.0.0.1:${port}` })
    await web.start()
    await Promise.all(workers.map(async (worker) => worker.start()))
    return fleet
  }

  get members(): Member[] {
    return [this.web, ...this.workers]
  }

  /** Everybody drains and ends. */
  async retire(): Promise<void> {
    await Promise.all(this.members.map(async (member) => member.retire()))
  }

  /** Whatever the state of things. */
  destroy(): void {
    for (const member of this.members) member.destroy()
    for (const line of this.lines) line.close()
  }
}
