import { AgenticError } from '../../core/errors.ts'

/** Bytes as text; what is no UTF-8 is refused rather than replaced. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AgenticError(
      'invalid_request',
      'The request body is not valid UTF-8; send it as UTF-8.',
      { cause },
    )
  }
}
