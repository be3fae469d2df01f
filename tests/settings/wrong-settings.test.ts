import { createAgentic, isAgenticError, type AgenticOptions } from 'agentic-node'
import { expect, test } from 'vitest'
import { speaker } from '../support/instance.ts'

const good = { agents: { assistant: () => speaker('Hi') }, owner: () => 'ada' }

function refusal(options: unknown): { code: string; message: string } {
  try {
    createAgentic(options as AgenticOptions)
  } catch (error) {
    if (isAgenticError(error)) return { code: error.code, message: error.message }
    throw error
  }
  return { code: 'accepted', message: 'accepted' }
}

test.each<[setting: string, value: unknown, accepted: RegExp]>([
  ['agents', {}, /at least one agent key/],
  ['agents', 'support', /record of functions/],
  ['agents', { 'a b': () => speaker('Hi') }, /keys of 1 to 100 letters/],
  ['owner', 'ada', /a function \(request\)/],
  ['canApprove', true, /a function \(request, approval\)/],
  ['admin', true, /a function \(request\) => true or false/],
  ['database', 7, /file:\.\/agentic\.db/],
  ['database', 'mysql://db', /`file:<path>`/],
  ['database', 'file::memory:', /a file on disk/],
  ['basePath', 'agents', /begins with "\/"/],
  ['basePath', '/agents/', /does not end with it/],
  ['defaultAgent', 'nobody', /registered agents: assistant/],
  ['runOptions.maxTurns', 0, /from 1 to 200/],
  ['runOptions.maxTurns', 201, /from 1 to 200/],
  ['runOptions.maxTurns', Number.NaN, /from 1 to 200/],
  ['concurrency', -1, /a whole number/],
  ['concurrency', 1.5, /a whole number/],
  ['limits.ownerConcurrency', 0, /at least 1/],
  ['limits.agentConcurrency', 'many', /at least 1/],
  ['limits.agentConcurrency', { nobody: 1 }, /registered agents: assistant/],
  ['limits.totalConcurrency', 2.5, /at least 1/],
  ['limits.pendingPerOwner', -3, /at least 1/],
  ['limits.rate', '20 per minute', /"20\/m"/],
  ['limits.rate', 20, /"20\/m"/],
  ['limits.inputBytes', '1MB', /at least 1/],
  ['limits.inputItems', 0, /at least 1/],
  ['limits.toolOutputBytes', Infinity, /at least 1/],
  ['queue', 'redis', /"in-process", "inline"/],
  ['queue', { wake() {} }, /wake, listen and close/],
  ['events', 'all', /"off", "items" or "deltas"/],
  ['recovery', 'retry', /"resume", "fail" or "ignore"/],
  ['lease.seconds', 0, /above 0/],
  ['lease.heartbeatSeconds', 20, /at most half/],
  ['lease.sweepSeconds', -1, /above 0/],
  ['maxAttempts', 0, /at least 1/],
  ['tools.book.interrupted', 'wait', /"report", "rerun", "ask" or "fail"/],
  ['tools.book.approvalSeconds', 0, /above 0 and up to 31,536,000/],
  ['tools.book.needsApproval', 'yes', /true or false/],
  ['limits.approvalSeconds', '1d', /above 0 and up to 31,536,000/],
  ['whenBusy', 'wait', /"enqueue", "reject" or "interrupt"/],
  ['context', {}, /a function/],
  ['historyLimit', 0, /at least 1/],
  ['modelProvider', 'openai', /getModel/],
  ['estimateCost', 0.01, /a function from what a response used/],
  ['tracing', 'yes', /true or false/],
  ['redact', /secret/, /a function/],
  ['drainSeconds', -1, /a number of seconds/],
  ['cancelGraceSeconds', 'short', /a number of seconds/],
  ['cleanup.runsDays', 0, /a number of days above 0/],
  ['cleanup.runsStatuses', ['running'], /never deleted/],
  ['cleanup.everyHours', 24, /beside what is old/],
  ['cleanup.batchSize', 0, /from 1 to 10,000/],
  ['deltasMinutes', -1, /a number of minutes/],
  ['telemetry.payloads', 'some', /true or false/],
  ['tablePrefix', 'My-', /lower-case letters/],
  ['migrate', 1, /true or false/],
  ['durability', 'none', /"full" or "normal"/],
  ['trustedOrigins', ['https://a.example/path'], /without a path/],
  ['publicOrigin', 'example.com', /without a path/],
  ['templates.run', '<p>', /a function/],
  ['debug', 'on', /true or false/],
  ['logger', {}, /info, warn and error/],
])('`%s: %j` is refused by name, value and what is accepted', (setting, value, accepted) => {
  const { code, message } = refusal({ ...good, ...nested(setting.split('.'), value) })
  expect(code).toBe('invalid_setting')
  expect(message).toContain(`\`${setting.split('.')[0]}`)
  expect(message).toMatch(accepted)
})

function nested(path: string[], value: unknown): Record<string, unknown> {
  const [name = '', ...rest] = path
  return { [name]: rest.length === 0 ? value : nested(rest, value) }
}

test('the value that is refused is quoted', () => {
  expect(refusal({ ...good, events: 'all' }).message).toContain('Setting `events` is "all"')
  expect(refusal({ ...good, lease: { seconds: -5 } }).message).toContain('`lease.seconds` is -5')
})

test('without an owner resolver nothing starts', () => {
  const { owner: _, ...without } = good
  expect(refusal(without)).toMatchObject({
    code: 'invalid_setting',
    message: expect.stringContaining('Setting `owner` is missing'),
  })
})

test.each([
  ['concurency', { concurency: 2 }],
  ['lease.second', { lease: { second: 2 } }],
  ['limits.ratePerMinute', { limits: { ratePerMinute: 2 } }],
])('the unknown setting `%s` is named', (name, options) => {
  expect(refusal({ ...good, ...options }).message).toContain(`Setting \`${name}\` is unknown`)
})

test('settings are read once: changing the object afterwards changes nothing', async () => {
  const options = { ...good, basePath: '/agents' }
  const agentic = createAgentic(options)
  options.basePath = '/other'
  expect(agentic.basePath).toBe('/agents')
  await agentic.close()
})

test.each([
  ['postgres://ada:secret@db/app?schema=My-Schema', /`schema` is "My-Schema"/],
  ['postgres://ada:secret@db/app?connection_limit=0', /`connection_limit` is "0"/],
  ['postgres://ada:secret@db:port/app', /no URL/],
])('a wrong Postgres URL is refused without showing its password: %s', (database, what) => {
  const wrong = { agents: { assistant: () => speaker('Hi') }, owner: () => null, database }
  expect(() => createAgentic(wrong)).toThrow(what)
  expect(() => createAgentic(wrong)).not.toThrow(/secret/)
})
