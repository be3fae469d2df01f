import type { ConversationView, Run, RunView } from 'agentic-node'
import { approval } from './gallery-approvals.ts'

/** Every state of the library's fragments, made up: what a reviewer looks at, and what the browser tests photograph. */

const basePath = '/agents'
const ids = Array.from({ length: 20 }, (_, index) => `01890000-0000-7000-8000-${pad(index)}`)

const facts = {
  owner: 'ada',
  sessionKey: 'gallery',
  agentKey: 'travel_desk',
  attempt: 1,
  input: 'Book the cheapest flight from Oslo to Lima tomorrow',
  config: {},
  context: null,
  usage: { requests: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0 },
  lastSequence: 3,
  createdAt: 0,
  startedAt: 1,
  cancelRequestedAt: null,
  retryOf: null,
}
const finishedAt = 2
const usage = { requests: 3, inputTokens: 2_140, outputTokens: 312, totalTokens: 2_452 }

const found = {
  name: 'find_flight',
  arguments: '{"origin":"Oslo","destination":"Lima","travel_date":"2027-03-01"}',
  output: '[{"flight_number":"TD412","departs":"07:10","price":612}]',
}
const booking = { name: 'book_flight', arguments: '{"flight_number":"TD412"}', output: null }

const markdown = `Two flights suit you:

| flight | departs | price |
| --- | --- | --- |
| **TD412** | 07:10 | €612 |
| TD980 | 13:45 | €588 |

1. The *earlier* one arrives the same day.
2. The later one has a stop in \`MAD\`.

> Prices hold until midnight.

See [the conditions](https://example.com/conditions).`

const long = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(8)

type State = [title: string, run: Partial<Run> & Pick<Run, 'status'>, more?: Partial<RunView>]

const states: State[] = [
  ['Queued', { status: 'pending', blockedBy: null }],
  ['Queued behind an earlier run', { status: 'pending', blockedBy: ids[0] ?? '' }],
  ['Running, nothing to show yet', { status: 'running' }],
  [
    'Running, writing',
    { status: 'running' },
    { partialText: 'Looking for flights from Oslo to Lima …\n\nThere are two tomor' },
  ],
  ['Running, with tools', { status: 'running', usage }, { tools: [found, booking] }],
  ['Being cancelled', { status: 'running', cancelRequestedAt: 1 }, { tools: [found] }],
  [
    'Waiting for approval',
    { status: 'awaiting_approval', usage },
    {
      tools: [found, booking],
      approvals: [approval({ id: 'approval-1' })],
    },
  ],
  [
    'Waiting for several',
    { status: 'awaiting_approval' },
    {
      approvals: ['TD412', 'TD980'].map((flight) =>
        approval({
          id: `approval-${flight}`,
          arguments: JSON.stringify({ flight_number: flight, seats: 2 }),
          expiresAt: 86_400_000,
        }),
      ),
    },
  ],
  [
    'Waiting to be told whether a call happened',
    { status: 'awaiting_approval' },
    {
      tools: [found, booking],
      approvals: [approval({ id: 'approval-cut-off', kind: 'interrupted', expiresAt: 86_400_000 })],
    },
  ],
  ['Completed', { status: 'completed', output: markdown, finishedAt, usage }, { tools: [found] }],
  [
    'Completed with a value',
    { status: 'completed', output: { flight: 'TD412', price: 612, booked: true }, finishedAt },
  ],
  [
    'Failed',
    {
      status: 'failed',
      error: 'ModelBehaviorError: Tool cancel_flight not found in agent Travel desk.',
      errorCode: 'model_error',
      finishedAt,
      usage,
    },
    { tools: [found] },
  ],
  ['Cancelled', { status: 'cancelled', finishedAt }, { tools: [found] }],
  [
    'A word that does not fit',
    { status: 'completed', output: `${long}\n\n\`${long}\``, finishedAt },
  ],
]

export const runStates = states.map(([title, run, more = {}], index) => ({
  title,
  view: viewOf({ ...facts, id: ids[index] ?? '', ...run } as Run, more),
}))

function viewOf(run: Run, more: Partial<RunView>): RunView {
  return {
    run,
    basePath,
    partialText: '',
    tools: [],
    approvals: [],
    version: '1',
    liveUrl: null,
    ...more,
  }
}

const conversation = (view: Partial<ConversationView>): ConversationView => ({
  sessionKey: 'gallery',
  basePath,
  items: [],
  pendingInputs: [],
  approvals: [],
  failure: null,
  ...view,
})

const callId = 'call_8f2a'

export const conversationStates = [
  { title: 'An empty conversation', view: conversation({}) },
  {
    title: 'A conversation',
    view: conversation({
      items: [
        { role: 'user', content: facts.input },
        { type: 'reasoning', content: [{ text: '**Comparing fares.** The 07:10 is cheaper.' }] },
        { type: 'function_call', name: found.name, callId, arguments: found.arguments },
        {
          type: 'function_call_result',
          name: found.name,
          callId,
          output: { type: 'text', text: found.output },
        },
        { role: 'assistant', content: [{ type: 'output_text', text: markdown }] },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'And is *this* the right one?' },
            { type: 'input_image', image: 'https://example.com/map.png' },
          ],
        },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'I cannot tell that.' }] },
        { type: 'computer_call' },
      ],
      pendingInputs: [{ runId: ids[0] ?? '', input: 'Then book the first one\nfor two people' }],
      approvals: [approval({ id: 'approval-1' })],
    }),
  },
  {
    title: 'A conversation whose newest run has failed',
    view: conversation({
      failure: {
        runId: ids[0] ?? '',
        input: 'Cancel my flight',
        error: 'ModelBehaviorError: Tool cancel_flight not found in agent Travel desk.',
      },
    }),
  },
]

function pad(index: number): string {
  return String(index).padStart(12, '0')
}
