import type { Approval } from '../core/approval.ts'
import type { Run } from '../core/run.ts'
import type { SessionItem } from '../core/session.ts'
import { decodeValue, toText } from '../journal/values.ts'
import { fromJson } from '../store/json.ts'
import type { StepTable } from '../store/tables.ts'
import { inputItems } from './input-items.ts'
import { answerToOpen, isWithin } from './open-call.ts'

/**
 * The items a cancelled run leaves in its session, from its journal and without the SDK: the input and the turns that
 * were finished, also the last one when all its calls were recorded and no model has seen their results yet. Of a run
 * that does not run, whose questions to people are `asked`, a last turn that asked one is kept too, its open calls
 * answered with what became of them. A call without its result, or the reverse, is never kept.
 */
export function keptItems(run: Run, steps: StepTable[], asked: Approval[] = []): SessionItem[] {
  const responses = steps.filter((step) => isRootResponse(step)).sort(byNumber)
  const results = resultsGiven(responses)
  addLastResults(results, responses.at(-1), steps, asked)
  const turns = responses.flatMap((step) => turnItems(step, results))
  return turns.length === 0 ? [] : [...inputItems(run.input), ...turns]
}

function isRootResponse(step: StepTable): boolean {
  return step.kind === 'model' && /^r\/m\d+$/.test(step.path)
}

function byNumber(a: StepTable, b: StepTable): number {
  return Number(a.path.slice(3)) - Number(b.path.slice(3))
}

function outputOf(step: StepTable): SessionItem[] {
  return fromJson<{ output: SessionItem[] }>(step.result ?? 'null').output
}

function resultsGiven(responses: StepTable[]): Map<string, SessionItem> {
  const given = responses.flatMap((step) => fromJson<SessionItem[]>(step.given ?? '[]'))
  return new Map(given.map((item) => [String(item['callId']), item]))
}

/** Results of the last response's calls as recorded: no later response says how the model was given them. */
function addLastResults(
  results: Map<string, SessionItem>,
  last: StepTable | undefined,
  steps: StepTable[],
  asked: Approval[],
): void {
  if (last === undefined) return
  const done = new Map(
    steps
      .filter(({ kind, state }) => (kind === 'tool' || kind === 'handoff') && state === 'done')
      .map((s) => [s.path, s]),
  )
  const isAsked = asked.some(({ path }) => isWithin(path, last.path))
  for (const [index, call] of callsOf(outputOf(last)).entries()) {
    const callId = String(call['callId'])
    const path = `${last.path}/t${index}`
    const step = done.get(path)
    if (results.has(callId) || (step === undefined && !isAsked)) continue
    const open = { name: String(call['name']), path }
    const text = step === undefined ? answerToOpen(open, steps, asked) : resultText(step)
    results.set(callId, {
      type: 'function_call_result',
      name: call['name'] ?? '',
      callId,
      status: 'completed',
      output: { type: 'text', text },
    })
  }
}

function resultText(step: StepTable): string {
  return toText(decodeValue(step.result ?? '{}'))
}

function callsOf(output: SessionItem[]): SessionItem[] {
  return output.filter((item) => item['type'] === 'function_call')
}

/** A response with the results of its calls; nothing of it when one of them is missing. */
function turnItems(step: StepTable, results: Map<string, SessionItem>): SessionItem[] {
  const output = outputOf(step)
  const given = callsOf(output).map((call) => results.get(String(call['callId'])))
  if (given.some((result) => result === undefined)) return []
  return [...output, ...(given as SessionItem[])]
}
