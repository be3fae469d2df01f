import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { expect, test, vi } from 'vitest'
import { showProgress } from '../../src/cli/progress.ts'

/** What is written to a terminal, or to something else. */
function screen(isTTY: boolean) {
  const output = Object.assign(new PassThrough(), { isTTY, columns: 120 })
  return { output, written: () => String(output.read() ?? '') }
}

test('on a terminal long work is a bar with how far it is, which is gone in the end', () => {
  const { output, written } = screen(true)
  const progress = showProgress({ output })
  progress.at('runs', 0, 400)
  progress.at('runs', 100, 400)
  progress.end()
  const all = written()
  expect(stripVTControlCharacters(all)).toMatch(/runs [^%]*25% \| 100 of 400 \|/)
  // The cursor was never hidden, and the line is empty.
  expect(all).not.toContain('\u001B[?25l')
  expect(all.endsWith('\n')).toBe(false)
})

test('elsewhere it is a line now and then', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const { output, written } = screen(false)
    const progress = showProgress({ output })
    progress.at('runs', 1_000, 40_000)
    expect(written()).toBe('')
    vi.advanceTimersByTime(5_000)
    progress.at('runs', 12_000, 40_000)
    progress.at('runs', 12_500, 40_000)
    progress.end()
    expect(written()).toBe('agentic: runs: 12,000 of 40,000\n')
  } finally {
    vi.useRealTimers()
  }
})

test('who wants JSON is told nothing besides', () => {
  const { output, written } = screen(true)
  const progress = showProgress({ output, isQuiet: true })
  progress.at('runs', 1, 2)
  progress.end()
  expect(written()).toBe('')
})
