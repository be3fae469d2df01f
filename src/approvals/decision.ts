import { isDeepStrictEqual } from 'node:util'
import { decisions, type Approval, type ApprovalStatus, type Decision } from '../core/approval.ts'
import { AgenticError } from '../core/errors.ts'
import type { JsonValue } from '../core/run.ts'
import { givenJson } from '../store/json.ts'

export interface DecideQuery {
  owner: string
  id: string
  decision: Decision
  message?: string | undefined
  arguments?: JsonValue | undefined
  result?: JsonValue | undefined
  restOfRun?: boolean | undefined
  decidedBy?: string | undefined
}

/** What a decision writes. */
export interface Verdict {
  status: Exclude<ApprovalStatus, 'pending'>
  message: string | null
  restOfRun: boolean
  /** JSON; null when nothing was changed. */
  editedArguments: string | null
  /** JSON; null but for what is said to have happened. */
  result: string | null
  decidedBy: string
}

/** Largest JSON of what a person gives. */
export interface DecisionLimits {
  /** Of edited arguments. */
  inputBytes: number
  /** Of a result. */
  toolOutputBytes: number
}

/** What a decision means for this approval; throws `invalid_request` when it means nothing. */
export function verdictOn(approval: Approval, query: DecideQuery, limits: DecisionLimits): Verdict {
  const accepted: Record<string, Verdict['status']> = decisions[approval.kind]
  const status = Object.hasOwn(accepted, query.decision) ? accepted[query.decision] : undefined
  if (status === undefined) {
    const what = approval.kind === 'call' ? 'a call that was not made yet' : 'an interrupted call'
    throw wrong(
      `\`decision\` is ${JSON.stringify(query.decision)}. Accepted for ${what} are ${quoted(Object.keys(accepted))}.`,
    )
  }
  checkTexts(query)
  checkMeant(query)
  const { owner, message = null, restOfRun = false, decidedBy = owner } = query
  const editedArguments = editedOf(approval, query.arguments, limits.inputBytes)
  const result =
    status === 'done' ? boundedJson('result', query.result ?? null, limits.toolOutputBytes) : null
  return { status, message, restOfRun, editedArguments, result, decidedBy }
}

/** Whether an approval that is decided was decided just so. */
export function isSameDecision(approval: Approval, verdict: Verdict): boolean {
  const { status, restOfRun, editedArguments, result } = verdict
  if (approval.status !== status || approval.restOfRun !== restOfRun) return false
  if (status === 'done') return isDeepStrictEqual(approval.result, JSON.parse(result ?? 'null'))
  if (status !== 'approved') return true
  return isDeepStrictEqual(approval.editedArguments, JSON.parse(editedArguments ?? 'null'))
}

/** What belongs to another decision was not meant: whoever sent it believes that something else happens. */
function checkMeant(query: DecideQuery): void {
  const { decision, restOfRun = false } = query
  const belongs: [name: string, isGiven: boolean, to: Decision[]][] = [
    // What a form sends of an empty field says nothing.
    ['message', (query.message ?? '') !== '', ['reject', 'fail']],
    ['arguments', query.arguments !== undefined, ['approve']],
    ['result', query.result !== undefined, ['done']],
    ['restOfRun', restOfRun, ['approve', 'reject']],
  ]
  for (const [name, isGiven, to] of belongs) {
    if (!isGiven || to.includes(decision)) continue
    throw wrong(
      `\`${name}\` was given to the decision "${decision}". It belongs to ${quoted(to)}: leave it out, or decide otherwise.`,
    )
  }
}

/** Arguments that a person changed; null when they are what the model asked for. */
function editedOf(
  approval: Approval,
  edited: JsonValue | undefined,
  limitBytes: number,
): string | null {
  if (edited === undefined || isDeepStrictEqual(edited, approval.arguments)) return null
  const [was, is] = [kindOf(approval.arguments), kindOf(edited)]
  // A model that has nothing to say may send no JSON at all.
  if (was !== is && approval.arguments !== '') {
    throw wrong(`\`arguments\` is ${is}. Accepted is ${was}, as the model asked for.`)
  }
  return boundedJson('arguments', edited, limitBytes)
}

function kindOf(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function boundedJson(name: string, value: JsonValue, limitBytes: number): string {
  const json = givenJson(name, value)
  const bytes = Buffer.byteLength(json)
  if (bytes <= limitBytes) return json
  throw new AgenticError(
    'too_large',
    `\`${name}\` has ${bytes} bytes of JSON. Accepted are at most ${limitBytes}.`,
  )
}

function checkTexts({ message, decidedBy }: DecideQuery): void {
  for (const [name, text] of Object.entries({ message, decidedBy })) {
    const isFine =
      text === undefined || (text.length <= 4000 && !text.includes('\0') && text.isWellFormed())
    if (!isFine) throw wrong(`\`${name}\` must be a text of at most 4000 characters.`)
  }
}

function quoted(words: string[]): string {
  return words
    .map((word) => `"${word}"`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1')
}

function wrong(message: string): AgenticError {
  return new AgenticError('invalid_request', message)
}
