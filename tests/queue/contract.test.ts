import { queueContract } from 'agentic-node/testing'
import { describe, test } from 'vitest'
import { inProcessQueue } from '../../src/queue/in-process.ts'
import { inlineQueue } from '../../src/queue/inline.ts'

describe('the in-process queue', () => {
  queueContract({ test, create: inProcessQueue })
})
describe('the inline queue', () => {
  queueContract({ test, create: inlineQueue })
})
