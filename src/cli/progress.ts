import { SingleBar } from 'cli-progress'

export interface Progress {
  /** `done` of `of`, e.g. `runs: 12,000 of 80,000`. */
  at(what: string, done: number, of: number): void
  end(): void
}

type Output = NodeJS.WritableStream & { isTTY?: boolean }

const quiet: Progress = { at() {}, end() {} }
const tellMs = 5_000

/** How far long work is, on stderr: a bar on a terminal, a line now and then elsewhere. */
export function showProgress({
  isQuiet = false,
  output = process.stderr,
}: { isQuiet?: boolean; output?: Output } = {}): Progress {
  if (isQuiet) return quiet
  return output.isTTY === true ? bar(output) : lines(output)
}

function bar(stream: Output): Progress {
  const format = '{what} {bar} {percentage}% | {value} of {total} | {eta_formatted} left'
  // Ctrl-C is the command's to hear, and may end it at once: a cursor hidden until then would stay so.
  const shown = new SingleBar({ stream, format, gracefulExit: false, clearOnComplete: true })
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

function lines(output: Output): Progress {
  let toldAt = performance.now()
  return {
    at(what, done, of) {
      if (performance.now() - toldAt < tellMs) return
      toldAt = performance.now()
      const far = `${done.toLocaleString('en')} of ${of.toLocaleString('en')}`
      output.write(`agentic: ${what}: ${far}\n`)
    },
    end() {},
  }
}
