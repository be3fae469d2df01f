import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** What happened in the world, as opposed to what the database says about it. */
export type Effect =
  | { kind: 'accepted'; tag: string; runId: string }
  /** A model was asked; `label` says for what, `nonce` tells one answer from the next. */
  | { kind: 'model'; label: string; nonce: string; attempt: number; pid: number }
  /** A tool had its effect. */
  | { kind: 'tool'; name: string; key: string; nonce: string; attempt: number; pid: number }
  | { kind: 'aborted'; label: string; pid: number }
  | { kind: 'note'; text: string; pid: number }

type Unsigned<T> = T extends { pid: number } ? Omit<T, 'pid'> : T

/** On disk when this returns: what a killed process did is not forgotten. */
export function logEffect(file: string, effect: Unsigned<Effect>): void {
  const descriptor = openSync(file, 'a')
  writeSync(descriptor, `${JSON.stringify({ ...effect, pid: process.pid })}\n`)
  fsyncSync(descriptor)
  closeSync(descriptor)
}

export function readEffects(file: string): Effect[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line) as Effect)
}
