import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { dropSpace } from '../queue/support/engines.ts'
import { hasRedisProgram, RedisServer } from '../queue/support/redis-server.ts'
import { temporaryDatabase } from '../support/instance.ts'
import { until } from '../support/sql.ts'
import { DeskClient } from './desk-client.ts'
import { expireLeases } from './expire-leases.ts'
import { holdPauses } from './held-pauses.ts'
import { readComposeFile } from './production/compose-file.ts'
import { composeUp, type ComposedProcess } from './production/composed.ts'
import { readDockerfile } from './production/dockerfile.ts'
import { buildImage, installedPackages, lockedPackages, type Image } from './production/image.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const desk = join(root, 'examples/travel-desk')
const dockerfile = join(desk, 'Dockerfile')
const composeFile = join(desk, 'docker-compose.yml')
const read = (path: string) => readFileSync(path, 'utf8')

const folder = mkdtempSync(join(tmpdir(), 'travel-desk-image-'))
let image: Image

beforeAll(async () => {
  image = await buildImage({ dockerfile, context: root, folder })
}, 480_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }), 120_000)

describe('the image', () => {
  test('has what the desk needs in the versions of the lockfile, and nothing to develop with', () => {
    const locked = lockedPackages(join(root, 'package-lock.json'))
    const { dependencies } = JSON.parse(read(join(desk, 'package.production.json'))) as {
      dependencies: Record<string, string>
    }
    const { 'agentic-node': ours, ...others } = dependencies
    expect(ours).toBe('file:agentic-node.tgz')
    for (const [name, version] of Object.entries(others)) {
      expect(`${name} ${version}`).toBe(`${name} ${locked.get(`node_modules/${name}`)}`)
    }
    const installed = installedPackages(image)
    const differing = [...installed].filter(([path, version]) => locked.get(path) !== version)
    expect(differing.map(([path]) => path)).toEqual(['node_modules/agentic-node'])
    expect(installed.has('node_modules/typescript')).toBe(false)
  })

  test('has the library as it is published, and no database or settings of whoever built it', () => {
    const library = join(image.folder, 'node_modules/agentic-node')
    expect(existsSync(join(library, 'dist/index.js'))).toBe(true)
    expect(existsSync(join(library, 'src'))).toBe(false)
    for (const name of ['travel-desk.db', '.env', 'Dockerfile']) {
      expect(existsSync(join(image.folder, name)), name).toBe(false)
    }
  })

  test('runs as nobody special, on a fixed version of Node, with no shell between it and signals', () => {
    expect(image.user).toBe('node')
    expect(image.command).toEqual(['node', 'server.ts'])
    expect(image.healthcheck.at(-1)).toBe('http://127.0.0.1:3000/healthz')
    const stages = readDockerfile(dockerfile)
    expect(new Set(stages.map((stage) => stage.image))).toEqual(new Set(['node:24-alpine']))
  })
})

describe('the compose file', () => {
  const { services, volumes } = readComposeFile(composeFile)
  const all = Object.entries(services)

  test('is web, two workers, Postgres and Redis', () => {
    const counts = all.map(([name, { deploy }]) => [name, deploy?.replicas ?? 1])
    expect(Object.fromEntries(counts)).toEqual({ web: 1, worker: 2, postgres: 1, redis: 1 })
  })

  test('builds from a Dockerfile that is there, and pins what others built', () => {
    for (const [name, { build, image: tag = '' }] of all) {
      if (build === undefined) expect(tag, name).toMatch(/:\d/)
      else {
        expect(resolve(dirname(composeFile), build.context, build.dockerfile)).toBe(dockerfile)
        expect(resolve(dirname(composeFile), build.context)).toBe(resolve(root))
      }
    }
  })

  test('starts what needs a server when that server is healthy, and keeps its data', () => {
    for (const [name, { depends_on = {}, volumes: mounts = [], build, restart }] of all) {
      expect(restart, name).toBe('unless-stopped')
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe('service_healthy')
        expect(services[needed]?.healthcheck?.test[0], needed).toBe('CMD')
      }
      if (build !== undefined) expect(Object.keys(depends_on)).toEqual(['postgres', 'redis'])
      else expect(Object.keys(volumes ?? {})).toContain(mounts[0]?.split(':')[0])
    }
  })

  test('lets a process end in order before it is killed', () => {
    const drainSeconds = 25
    for (const { build, stop_grace_period = '10s', command } of Object.values(services)) {
      if (build !== undefined) expect(parseInt(stop_grace_period)).toBeGreaterThan(drainSeconds)
      expect(Array.isArray(command ?? [])).toBe(true)
    }
  })

  test('is reached from this machine alone, as anybody may sign in', () => {
    const ports = all.flatMap(([, service]) => service.ports ?? [])
    expect(ports).toEqual(['127.0.0.1:3000:3000'])
  })

  test('says nothing to the desk that its README does not explain', () => {
    const names = all.flatMap(([, { build, environment }]) =>
      build ? Object.keys(environment!) : [],
    )
    const page = read(join(desk, 'README.md'))
    expect(names.filter((name) => !page.includes(`| \`${name}\` |`))).toEqual([])
  })
})

const hasServers = inject('postgresUrl') !== '' && hasRedisProgram

describe.runIf(hasServers).each(['bullmq', 'graphile-worker', 'in-process'])(
  'its commands with QUEUE=%s',
  (queue) => {
    test('stream a trip from a worker, wait for the traveller, and book once though it is killed', async () => {
      const postgres = temporaryDatabase('postgres')
      removeJobsAfter(postgres)
      const redis = (await RedisServer.started()).url
      const file = readComposeFile(composeFile, { QUEUE: queue, APPROVE_BOOKINGS: 'on' })
      const pauses = await holdPauses()
      Object.assign(file.services['worker']!.environment!, pauses.env)
      const { web, worker: workers } = await composeUp(file, image, { postgres, redis })
      const ada = await DeskClient.signIn(web![0]!.url, 'ada')
      const message = 'Book the cheapest flight from Oslo to Lima tomorrow'
      const run = await ada.ask(await ada.sessionKey(), message)

      // The first words arrive while a worker is at it.
      pauses.model.allow(2)
      expect(await firstWords(ada, run)).toMatch(/^Looking/)
      expect(await ada.run(run)).toMatchObject({ status: 'running' })
      expect(await web![0]!.health()).toMatchObject({ status: 'ok', running: 0, concurrency: 0 })
      expect(await executing(workers!)).toHaveLength(1)

      pauses.model.open()
      pauses.tools.open()
      await until(async () => (await ada.run(run)).status === 'awaiting_approval')
      expect(await ada.bookings()).toEqual([])
      await until(async () => (await executing(workers!)).length === 0)
      pauses.tools.close()
      await ada.approve(run)
      await until(async () => (await executing(workers!)).length === 1)
      const [busy] = await executing(workers!)

      // The seat is booked, and the worker dies before it could say so.
      await pauses.tools.openUntil(async () => (await ada.bookings()).length > 0)
      await busy!.kill()
      const lost = await ada.run(run)
      expect(lost).toMatchObject({ status: 'running' })
      await expireLeases(postgres)
      const other = workers!.find((worker) => worker !== busy)!
      await until(async () => (await other.health()).running === 1)
      pauses.tools.open()
      const { final_output, status, attempt } = await ada.ended(run)
      expect({ status, attempt }).toEqual({ status: 'completed', attempt: lost.attempt + 1 })
      const bookings = await ada.bookings()
      expect(bookings).toHaveLength(1)
      expect(final_output).toContain(bookings[0]!.reference)

      expect(await Promise.all([web![0]!.stop(), other.stop()])).toEqual([0, 0])
    })
  },
)

/** The processes that have a run now. */
async function executing(workers: ComposedProcess[]): Promise<ComposedProcess[]> {
  const all = await Promise.all(workers.map(async (worker) => worker.health()))
  return workers.filter((_, index) => all[index]!.running > 0)
}

/** The first text of a run that comes on the page's stream. */
async function firstWords(client: DeskClient, run: string): Promise<string> {
  const stream = await client.get(`/agents/runs/${run}/events/`, { accept: 'text/event-stream' })
  let text = ''
  for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const data = /^event: text_delta\r?\ndata: (.*)\n/m.exec(text)?.[1]
    if (data !== undefined) return (JSON.parse(data) as { payload: { text: string } }).payload.text
  }
  throw new Error(`The stream ended without a word: ${text}`)
}

/** With the schema of the tables goes that of the jobs. */
function removeJobsAfter(url: string): void {
  const schema = new URL(url).searchParams.get('schema')
  const jobs = {
    engine: 'graphile-worker',
    url: inject('postgresUrl'),
    space: `${schema}_jobs`,
  } as const
  onTestFinished(async ({ task }) => {
    if (task.result?.state !== 'fail') await dropSpace(jobs)
  })
}
