import type { SessionItem } from 'agentic-node'
import { expect, test } from 'vitest'
import { recentHistory } from '../../src/runs/history.ts'

const u = (text: string): SessionItem => ({ type: 'message', role: 'user', content: text })
const a = (text: string): SessionItem => ({ type: 'message', role: 'assistant', content: text })
const think = (id: string): SessionItem => ({ type: 'reasoning', id })
const call = (callId: string): SessionItem => ({ type: 'function_call', callId })
const result = (callId: string): SessionItem => ({ type: 'function_call_result', callId })

const turn = [u('1'), think('t'), call('c'), result('c'), a('1')]

test('nothing is cut when all fits, whatever it begins with', () => {
  const items = [a('Welcome!'), ...turn]
  expect(recentHistory(items, 6)).toEqual(items)
})

test('a cut is made at a user message, never between a call and its result', () => {
  const items = [...turn, u('2'), a('2')]
  for (const limit of [2, 3, 4, 5, 6]) expect(recentHistory(items, limit)).toEqual([u('2'), a('2')])
  expect(recentHistory(items, 7)).toEqual(items)
})

test('within one long turn results without their call are left out', () => {
  const items = [u('1'), call('a'), call('b'), result('a'), result('b'), call('c'), result('c')]
  expect(recentHistory(items, 4)).toEqual([call('c'), result('c')])
})
