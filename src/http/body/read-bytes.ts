import { AgenticError } from '../../core/errors.ts'

/** The whole body, never more than `cap` bytes of it: what is longer is refused without being read to its end. */
export async function readBytes(request: Request, cap: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length')) > cap) throw tooLarge(cap)
  if (request.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop by a throw cancels the stream.
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > cap) throw tooLarge(cap)
    chunks.push(chunk)
  }
  return join(chunks, size)
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

function tooLarge(cap: number): AgenticError {
  return new AgenticError('too_large', `The request body is larger than ${cap} bytes; send less.`)
}
