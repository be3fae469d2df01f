import { AgenticError } from '../../core/errors.ts'
import { withoutUnchanged } from '../../html/shown-arguments.ts'
import { decodeUtf8 } from './decode.ts'
import { parseJson } from './json.ts'
import { assertStorable } from './storable.ts'

/** Only these are JSON in a form: a user who types `[1]` as input means text. */
const jsonFields = new Set(['config', 'context', 'arguments'])

/** Of a checkbox, which is sent only when it is checked. */
const booleanFields = new Set(['rest_of_run'])

/** Fields a form may leave blank, as an empty text box or a select without a choice does. */
const optionalFields = new Set([
  'agent_key',
  'arguments',
  'config',
  'context',
  'idempotency_key',
  'message',
])

export function parseUrlEncoded(bytes: Uint8Array): Record<string, unknown> {
  const text = decodeUtf8(bytes)
  assertEscapes(text)
  return toFields([...new URLSearchParams(text)])
}

export async function parseMultipart(
  bytes: Uint8Array<ArrayBuffer>,
  contentType: string,
): Promise<Record<string, unknown>> {
  decodeUtf8(bytes)
  const entries: [string, string][] = []
  for (const [name, value] of await readForm(bytes, contentType)) {
    if (typeof value !== 'string') {
      throw new AgenticError(
        'invalid_request',
        `\`${name}\` is a file; only text fields are accepted.`,
      )
    }
    entries.push([name, value])
  }
  return toFields(entries)
}

async function readForm(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
  } catch (cause) {
    throw new AgenticError(
      'invalid_request',
      'The form could not be read: it is not valid multipart.',
      { cause },
    )
  }
}

/** URLSearchParams would silently replace escapes that are no UTF-8; a lone `%` it keeps as typed, and so do we. */
function assertEscapes(text: string): void {
  try {
    decodeURIComponent(text.replaceAll(/%(?![0-9a-fA-F]{2})/g, '%25'))
  } catch (cause) {
    throw new AgenticError('invalid_request', 'The form has escapes that are not valid UTF-8.', {
      cause,
    })
  }
}

/** A field given twice becomes a list, which the schema then refuses by name. */
function toFields(entries: [string, string][]): Record<string, unknown> {
  const grouped = Map.groupBy(withoutUnchanged(entries), ([name]) => name)
  const found = [...grouped].map(([name, all]): [string, unknown] => {
    const values = all.map(([, text]) => fieldValue(name, text))
    return [name, values.length === 1 ? values[0] : values]
  })
  const form = Object.fromEntries(found.filter(([, value]) => value !== undefined))
  assertStorable(form)
  return form
}

function fieldValue(name: string, text: string): unknown {
  if (text.trim() === '' && optionalFields.has(name)) return undefined
  if (booleanFields.has(name) && text === 'true') return true
  return jsonFields.has(name) ? parseJson(text, name) : text
}
