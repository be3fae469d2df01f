import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { spawnScript } from '../crash/support/spawn.ts'
import { instance, temporaryDatabase } from '../support/instance.ts'

const script = fileURLToPath(new URL('rate-limited-server.ts', import.meta.url))
const dayMs = 86_400_000

test('of fifty requests at once to four processes, as many are accepted as the rate says', async () => {
  const database = temporaryDatabase()
  const watching = instance({ database, concurrency: 0 })
  await watching.start()
  const urls = await Promise.all([1, 2, 3, 4].map(async () => startServer(database, '20/d')))
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) =>
      fetch(urls[index % 4]!, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-user': 'ada' },
        body: JSON.stringify({ session_key: `chat-${index}`, input: 'Hi' }),
      }),
    ),
  )
  const { data } = await watching.runs.list({ owner: 'ada', limit: 200 })
  // A test at midnight sees two days, each with a rate of its own.
  const days = Map.groupBy(data, ({ createdAt }) => Math.floor(createdAt / dayMs))
  expect(Math.max(...[...days.values()].map((runs) => runs.length))).toBeLessThanOrEqual(20)
  if (days.size === 1) expect(data).toHaveLength(20)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(data.length)
  const refused = answers.filter(({ status }) => status !== 200)
  for (const answer of refused) {
    expect(answer.status).toBe(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await answer.json()).toMatchObject({ code: 'rate_limited' })
  }
})

async function startServer(database: string, rate: string): Promise<string> {
  const server = spawnScript(script, [database, rate])
  onTestFinished(() => void server.kill('SIGKILL'))
  server.stderr?.pipe(process.stderr)
  const [port] = (await once(server.stdout!, 'data')) as [Buffer]
  return `http://127.0.0.1:${String(port).trim()}/agents/runs/`
}
