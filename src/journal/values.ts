/** Marks bytes in JSON; nothing a tool returns by chance. */
const bytesKey = '$agentic-node.bytes'

/** JSON for what a tool returned, so that reading it back gives what the model was given: bytes and `undefined` too. */
export function encodeValue(value: unknown): string {
  return JSON.stringify(
    { v: value },
    function (this: Record<string, unknown>, key, inner: unknown) {
      // Not `inner`: a Buffer's `toJSON` has run by now.
      const original = this[key]
      if (original instanceof Uint8Array)
        return { [bytesKey]: Buffer.from(original).toString('base64') }
      return typeof inner === 'bigint' ? inner.toString() : inner
    },
  )
}

export function decodeValue(text: string): unknown {
  const decoded = JSON.parse(text, (_key, inner: unknown) =>
    isBytes(inner) ? new Uint8Array(Buffer.from(inner[bytesKey], 'base64')) : inner,
  ) as { v?: unknown }
  return decoded.v
}

function isBytes(value: unknown): value is { [bytesKey]: string } {
  return typeof value === 'object' && value !== null && bytesKey in value
}

/** The text a model reads for a tool's output. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    // A value that refers to itself has no JSON; its name is all that can be said.
    return String(value)
  }
}

/** Cuts what is over the limit, saying so to the model. Bytes are of UTF-8. */
export function boundOutput(value: unknown, limitBytes: number): unknown {
  const encoded = encodeSafely(value)
  if (encoded !== null && Buffer.byteLength(encoded) <= limitBytes) return decodeValue(encoded)
  const text = toText(value)
  const kept = Buffer.from(text)
    .subarray(0, limitBytes)
    .toString('utf8')
    .replace(/\uFFFD$/, '')
  return encoded === null && kept.length === text.length
    ? text
    : `${kept}\n[cut: the output had ${Buffer.byteLength(text)} bytes, ${limitBytes} are kept]`
}

function encodeSafely(value: unknown): string | null {
  try {
    return encodeValue(value)
  } catch {
    // Not JSON (it refers to itself): kept as text.
    return null
  }
}
