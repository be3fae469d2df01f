import type { NewEvent } from '../core/event.ts'
import type { Logger } from '../core/logger.ts'
import type { AgenticOptions } from '../core/options.ts'
import type { JsonValue } from '../core/run.ts'

/** Largest JSON of an event's payload in bytes; the step holds the whole. */
export const eventPayloadBytes = 16_384

export interface ShapeOptions {
  mode: 'off' | 'items' | 'deltas'
  redact: AgenticOptions['redact']
  logger: Logger
}

/** Drops what the mode leaves out, lets the app redact, and bounds what is left. */
export function shapeEvents(options: ShapeOptions): (events: NewEvent[]) => NewEvent[] {
  const { mode } = options
  return (events) =>
    events
      .filter(({ type }) => type.startsWith('run.') || (mode !== 'off' && wanted(type, mode)))
      .map((event) => ({
        type: event.type,
        payload: shown(event, options),
      }))
}

/** What a `redact` that throws could not look at is not shown: it decides neither the run nor what leaks. */
function shown(event: NewEvent, { redact, logger }: ShapeOptions): NewEvent['payload'] {
  if (redact === undefined) return bound(event.payload)
  try {
    return bound(redact(event))
  } catch (error) {
    logger.error(
      { error, event: event.type },
      '`redact` threw; the payload of the event is withheld',
    )
    return { withheld: true }
  }
}

function wanted(type: string, mode: 'items' | 'deltas'): boolean {
  return mode === 'deltas' || type !== 'text_delta'
}

function bound(payload: NewEvent['payload']): NewEvent['payload'] {
  if (bytesOf(payload) <= eventPayloadBytes) return payload
  for (const keep of [4096, 1024, 128]) {
    const cut = { ...(shorten(payload, keep) as NewEvent['payload']), truncated: true }
    if (bytesOf(cut) <= eventPayloadBytes) return cut
  }
  return { path: payload['path'] ?? null, truncated: true }
}

function bytesOf(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value))
}

/** Cuts long texts and long lists, deep inside too. */
function shorten(value: JsonValue, keep: number): JsonValue {
  if (typeof value === 'string') return value.length > keep ? value.slice(0, keep) : value
  if (Array.isArray(value)) return value.slice(0, 20).map((inner) => shorten(inner, keep))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).slice(0, 40)
  return Object.fromEntries(entries.map(([key, inner]) => [key, shorten(inner, keep)]))
}
