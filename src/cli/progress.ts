import { SingleBar } from 'cli-progress'

export interface Progress {
  /** `done` of `of`, e.g. `runs: 12,000 of 80,000`. */
  at(what: string, done: number, of: number): void
  end(): void
}

const quiet: Progress = { at() {}, end() {} }
const tellMs = 5_000

/** How far long work is, on stderr: a bar on a terminal, a line now and then elsewhere. */
export function showProgress({ isQuiet = false } = {}): Progress {
  if (isQuiet) return quiet
  return process.stderr.isTTY ? bar() : lines()
}

function bar(): Progress {
  const format = '{what} {bar} {percentage}% | {value} of {total} | {eta_formatted} left'
  // Ctrl-C is the command's to hear.
  const shown = new SingleBar({
    format,
    gracefulExit: false,
    hideCursor: true,
    clearOnComplete: true,
  })
  let isShown = false
  return {
    at(what, done, of) {
      if (!isShown) shown.start(of, done, { what })
      isShown = true
      shown.setTotal(of)
      shown.update(done, { what })
    },
    end: () => shown.stop(),
  }
}

function lines(): Progress {
  let toldAt = performance.now()
  return {
    at(what, done, of) {
      if (performance.now() - toldAt < tellMs) return
      toldAt = performance.now()
      console.error(`agentic: ${what}: ${done.toLocaleString('en')} of ${of.toLocaleString('en')}`)
    },
    end() {},
  }
}
