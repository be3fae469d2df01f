import { z } from 'zod'
import type { Decision } from '../core/approval.ts'
import type { JsonValue } from '../core/run.ts'
import { fields } from '../http/fields.ts'
import { parseJson } from '../http/body/json.ts'
import { chosenIds, confirmed } from './chosen.ts'

const decisionNames = ['approve', 'reject', 'done', 'rerun', 'fail'] as const
const textRule = 'must be text'
const messageRule = 'must be text of 2000 characters at most'

/** What the forms that decide approvals send. */
export const decisionFields = fields({
  id: chosenIds,
  decision: z.enum(decisionNames, `must be one of ${decisionNames.join(', ')}`),
  message: z.string(messageRule).max(2000, messageRule).optional(),
  arguments_json: z.string(textRule).optional(),
  result: z.string(textRule).optional(),
  rest_of_run: z.literal('yes', 'must be "yes"').optional(),
  confirmed,
})

export interface Decided {
  decision: Decision
  message?: string
  arguments?: JsonValue
  result?: JsonValue
  restOfRun?: boolean
}

/** As `decide` takes it: of the fields those that the decision has a use for. */
export function toDecision(
  {
    decision,
    message = '',
    arguments_json: given,
    result,
    rest_of_run: rest,
  }: z.output<typeof decisionFields>,
  asked: JsonValue,
): Decided {
  const isCall = decision === 'approve' || decision === 'reject'
  const edited = decision === 'approve' ? editedArguments(given, asked) : undefined
  return {
    decision,
    ...(message !== '' && (decision === 'reject' || decision === 'fail') ? { message } : {}),
    ...(edited === undefined ? {} : { arguments: edited }),
    ...(decision === 'done' ? { result: jsonOrText(result ?? '') } : {}),
    ...(isCall && rest === 'yes' ? { restOfRun: true } : {}),
  }
}

/** The form has them always: sent as they were they are no edit. */
function editedArguments(given: string | undefined, asked: JsonValue): JsonValue | undefined {
  if (given === undefined || given.trim() === '') return undefined
  const edited = parseJson(given, 'arguments_json') as JsonValue
  return JSON.stringify(edited) === JSON.stringify(asked) ? undefined : edited
}

function jsonOrText(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    // A tool may well answer plain words.
    return text
  }
}
