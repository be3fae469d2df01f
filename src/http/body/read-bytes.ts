import { AgenticError } from '../../core/errors.ts'

/** Long enough for the largest body on a slow line; whoever sends a byte now and then is not waited for. */
const deadlineMs = 30_000

/** The whole body, never more than `cap` bytes of it: what is longer is refused without being read to its end. */
export async function readBytes(request: Request, cap: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length')) > cap) throw tooLarge(cap)
  if (request.body === null) return new Uint8Array()
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  let isLate = false
  const deadline = setTimeout(() => {
    isLate = true
    cancel(reader)
  }, deadlineMs).unref()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (isLate) throw tooSlow()
      if (done) return join(chunks, size)
      size += value.byteLength
      if (size > cap) throw tooLarge(cap)
      chunks.push(value)
    }
  } catch (error) {
    cancel(reader)
    throw asRefusal(request, error)
  } finally {
    clearTimeout(deadline)
  }
}

/** Nobody is told why a body that is wanted no more could not be given up. */
function cancel(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => {})
}

/** What is wrong with the body is the client's to know; anything else is ours. */
function asRefusal(request: Request, error: unknown): unknown {
  if (isHostsLimit(error)) return tooLargeForHost(error)
  return isBrokenOff(request, error) ? brokenOff(error) : error
}

/** The client went away; nobody hears the answer, and nothing of ours has failed. */
function isBrokenOff({ signal }: Request, error: unknown): boolean {
  return (
    signal.aborted || (error instanceof Error && 'code' in error && error.code === 'ECONNRESET')
  )
}

function brokenOff(cause: unknown): AgenticError {
  return new AgenticError('invalid_request', 'The request body broke off before its end.', {
    cause,
  })
}

/** A framework that has a limit of its own lets the body fail as it would answer. */
function isHostsLimit(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 413
}

function join(chunks: Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.byteLength
  }
  return bytes
}

function tooLargeForHost(cause: unknown): AgenticError {
  const message = 'The request body is larger than the server of this app takes; send less.'
  return new AgenticError('too_large', message, { cause })
}

function tooLarge(cap: number): AgenticError {
  return new AgenticError('too_large', `The request body is larger than ${cap} bytes; send less.`)
}

function tooSlow(): AgenticError {
  return new AgenticError(
    'request_timeout',
    `The request body did not arrive within ${deadlineMs / 1000} seconds; send it again.`,
  )
}
