import { AgenticError } from '../../core/errors.ts'
import { mediaType } from '../wants.ts'
import { decodeUtf8 } from './decode.ts'
import { parseMultipart, parseUrlEncoded } from './form.ts'
import { parseJson } from './json.ts'
import { readBytes } from './read-bytes.ts'

/** Room for everything but the input itself. */
const envelopeBytes = 65_536

/** JSON may escape a character of three bytes as six, a form as nine; the input is measured again once it is decoded. */
const growth = { json: 2, urlEncoded: 3, multipart: 1 }

type Encoding = keyof typeof growth

/** The body's fields, from JSON or a form. No body at all is an empty one. */
export async function readBody(request: Request, inputBytes: number): Promise<unknown> {
  const encoding = encodingOf(request)
  const cap = inputBytes * growth[encoding ?? 'multipart'] + envelopeBytes
  const bytes = await readBytes(request, cap)
  if (bytes.byteLength === 0) return {}
  if (encoding === null) throw unsupported(request)
  if (encoding === 'json') return parseJson(decodeUtf8(bytes))
  if (encoding === 'urlEncoded') return parseUrlEncoded(bytes)
  return parseMultipart(bytes, request.headers.get('content-type') ?? '')
}

function encodingOf(request: Request): Encoding | null {
  if ((request.headers.get('content-encoding') ?? 'identity') !== 'identity') return null
  const type = mediaType(request)
  if (type === 'application/json') return 'json'
  if (type === 'application/x-www-form-urlencoded') return 'urlEncoded'
  return type === 'multipart/form-data' ? 'multipart' : null
}

function unsupported(request: Request): AgenticError {
  const type = request.headers.get('content-type') ?? 'no content type'
  return new AgenticError(
    'unsupported_media_type',
    `The request body has ${type}; send application/json, application/x-www-form-urlencoded or multipart/form-data, uncompressed.`,
  )
}
