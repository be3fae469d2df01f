import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { instance, temporaryDatabase } from '../../support/instance.ts'
import { appFolder, start, type Started } from './command.ts'
import { exportsInstance } from './config-files.ts'

const owner = 'ada'

/** An app with its database, and a web process of it that executes nothing: this one. */
export function app() {
  const database = temporaryDatabase()
  const folder = appFolder({ 'agentic.config.ts': exportsInstance })
  const notHere = () => Promise.reject(new Error('not here'))
  const web = instance({ database, concurrency: 0, agents: { quick: notHere, held: notHere } })
  return {
    database,
    /** Resolves when it works. */
    async worker(args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Started> {
      const worker = start(folder, ['worker', ...args], { DATABASE_URL: database, ...env })
      await worker.said(/working, pid|"message":"working/)
      return worker
    },
    /** Each text in a session of its own. */
    async submit(agent: 'quick' | 'held', input: string): Promise<string> {
      const { id } = await web.runs.submit({ owner, session: input, input, agent })
      return id
    },
    get: async (id: string) => web.runs.get({ owner, id }),
    end: async (id: string) => web.runs.wait({ owner, id }),
    /** Resolves when the model of this worker was asked this. */
    async asked(text: string, { pid }: Started): Promise<void> {
      const file = join(folder, `asked-${text}-${pid}`)
      await expect.poll(() => existsSync(file), { interval: 10 }).toBe(true)
    },
    letGo: (text: string) => writeFileSync(join(folder, `go-${text}`), ''),
  }
}
