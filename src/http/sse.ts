export interface SseMessage {
  id?: string | number
  event?: string
  data: unknown
}

/** One message of an event stream; its data as one line of JSON. */
export function sseMessage({ id, event, data }: SseMessage): string {
  const lines = [
    ...(id === undefined ? [] : [`id: ${oneLine(String(id))}`]),
    ...(event === undefined ? [] : [`event: ${oneLine(event)}`]),
    `data: ${JSON.stringify(data)}`,
  ]
  return `${lines.join('\n')}\n\n`
}

/** HTML as a message without a name, which htmx puts in place. */
export function sseHtml(html: string): string {
  const lines = html.split(/\r\n|\r|\n/).map((line) => `data: ${line}`)
  return `${lines.join('\n')}\n\n`
}

/** An event whose name says all. */
export function sseEvent(name: string): string {
  return `event: ${oneLine(name)}\ndata:\n\n`
}

/** After how long a client whose stream ended asks again. */
export function sseRetry(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`
}

export const ssePing = ': ping\n\n'

function oneLine(value: string): string {
  if (!/[\r\n\0]/.test(value)) return value
  throw new TypeError(
    `An id or event name of a stream must be one line, got ${JSON.stringify(value)}.`,
  )
}
