import { Telemetry } from '../src/telemetry/telemetry.ts'

// What telemetry costs a run of three model calls and two tools while the app has registered no SDK: CPU time, which a
// busy machine does not change much. `node scripts/with-tools.mjs node bench/telemetry.ts`

const runs = 50_000
const models = 3
const tools = 2

const observed = { basePath: '/', attempts: () => 0, streams: () => 0, isQueueAway: () => false }
const telemetry = new Telemetry(false, observed)
const links = { submit: null, previous: null }
const facts = { runId: 'r', owner: 'o', sessionKey: 's', agentKey: 'a', attempt: 1, links }
const request = { input: 'Hi' }
const model = { model: 'm', provider: 'p', isStreamed: true, agentName: 'a', request }
const tool = { name: 't', callId: 'c', arguments: '{}', agentName: 'a' }
const answered = { usage: { inputTokens: 1, outputTokens: 1 }, output: [], responseId: 'r' }
const ended = { status: 'completed', errorCode: null, agentKey: 'a', durationMs: 1 } as const

async function traceRun(): Promise<void> {
  telemetry.activeTrace()
  const attempt = telemetry.beginAttempt(facts)
  await attempt.within(async () => {
    for (let n = 0; n < models; n += 1) {
      const call = attempt.run.startModel(model)
      call.within(() => {})
      call.succeeded(answered)
    }
    for (let n = 0; n < tools; n += 1) {
      await attempt.run.tool(
        tool,
        async () => 'done',
        () => null,
      )
    }
  })
  attempt.end({ kind: 'completed' })
  telemetry.ended(ended)
}

async function microsecondsPerRun(): Promise<number> {
  const before = process.cpuUsage()
  for (let n = 0; n < runs; n += 1) await traceRun()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / runs
}

await microsecondsPerRun()
const measured = [await microsecondsPerRun(), await microsecondsPerRun()]
process.stdout.write(`${Math.min(...measured).toFixed(1)} µs of CPU for a run, no SDK registered\n`)
