import { expect, vi } from 'vitest'
import { everyCommitMs, killEach, wantsAll } from './support/every-commit.ts'
import { testOnEach } from './support/place.ts'

// Dozens of processes: on a busy machine they take their time.
vi.setConfig({ testTimeout: everyCommitMs })

const points = [
  'event:run.created',
  'wake:1',
  'listener:run.started',
  'factory',
  'context',
  'guardrail:Safe',
  'model:Polite#0',
  'answer:Safe#0',
  'model:Triage#0',
  'answer:Triage#0',
  'event:tool_called',
  'tool:charge:before',
  'tool:charge:after',
  'tool:note:after',
  'event:tool_output',
  'tool:lookup:after',
  'model:Researcher#1',
  'answer:Researcher#1',
  'answer:Triage#1',
  'event:handoff_occurred',
  'event:run.awaiting_approval',
  'waiting',
  'event:run.resumed',
  'wake:2',
  'tool:refund:before',
  'tool:refund:after',
  'answer:Closer#1',
  'event:run.completed',
  'listener:run.completed',
]

for (const streamed of wantsAll ? [false, true] : [false]) {
  testOnEach(
    `a run killed at any named point of its life goes on from there${streamed ? ', streamed' : ''}`,
    async (kind) => {
      const cases = points.map((point) => [{ point }])
      expect((await killEach(kind, streamed, cases)).problems).toEqual([])
    },
  )
}

testOnEach('a run killed while a text is being written says it once', async (kind) => {
  const inText = ['model:Closer#1', 'event:text_delta', 'deltas:Closer#1:0', 'deltas:Closer#1:2']
  const cases = inText.map((point) => [{ point }])
  expect((await killEach(kind, true, cases)).problems).toEqual([])
})

testOnEach(
  'a run killed again while it is recovered and replayed goes on all the same',
  async (kind) => {
    const late = { point: 'tool:refund:after' }
    const replaying = ['factory', 'context', 'guardrail:Safe', 'event:run.recovered'].map(
      (point) => [late, { point }],
    )
    const recovering = [1, 2, 3].flatMap((number) => [
      [late, { before: number }],
      [late, { after: number }],
    ])
    const again = [
      [{ point: 'model:Triage#0' }, { point: 'model:Triage#0' }, { point: 'answer:Triage#0' }],
      [{ after: 6 }, { after: 6 }, { after: 6 }, { after: 6 }],
      [{ before: 8 }, { before: 5 }, { before: 5 }, { before: 5 }],
    ]
    const cases = [...replaying, ...recovering, ...again]
    expect((await killEach(kind, false, cases)).problems).toEqual([])
  },
)

testOnEach(
  'a run killed inside an approved tool waits for what a person says, and for that through another kill',
  async (kind) => {
    const inside = { point: 'tool:refund:after' }
    const again = ['event:tool_approval_requested', 'event:run.awaiting_approval', 'waiting']
    const decided = { point: 'event:run.resumed' }
    const cases = [...again.map((point) => [inside, { point }]), [inside, decided]]
    expect((await killEach(kind, false, cases, true)).problems).toEqual([])
  },
)
