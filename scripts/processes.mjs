// Child processes of the scripts: running one without losing a signal or an exit code.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const windows = process.platform === 'win32'

/** A short line on stderr: stdout belongs to the program that is started. */
export const say = (line) => process.stderr.write(`${line}\n`)
export const secondsSince = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Ends a script with a message for a person instead of a stack. */
export class Stop extends Error {
  constructor(message, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** Runs a script's body; what it returns is the exit code. */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0
  } catch (error) {
    say(error instanceof Stop ? error.message : String(error.stack ?? error))
    process.exitCode = error.exitCode ?? 1
  }
}

/**
 * Runs a program to its end and passes on the signals meant for it; after one the script stops as well, unless the
 * program was its `last` and has the last word. `quiet` keeps the output and returns it; otherwise the program writes
 * where we would. The exit code is what a shell would report: after a signal, 128 and its number.
 */
export async function run(command, args, options = {}) {
  const { env = process.env, cwd = root, quiet = false, last = false, onStart } = options
  const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit'
  const shell = windows && !command.endsWith('.exe') // npm and the tools are .cmd files there
  const child = spawn(command, args, { cwd, env, stdio, shell })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (output += text))
  }
  const signals = passSignals(child)
  try {
    if (child.pid) onStart?.(child.pid)
    const exitCode = await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
    })
    const signal = signals.first()
    if (signal && !last) throw new Stop(`stopped by ${signal}`, 128 + constants.signals[signal])
    return { exitCode, output }
  } finally {
    signals.release()
  }
}

/**
 * A Ctrl-C in a terminal reaches the whole foreground group, so the child has had it already, and a second one means
 * "at once" to many servers. Other signals were sent to us, perhaps twice: npm repeats what its group received.
 * When our own parent (npm, or a shell) is gone without a word, the child is asked to end, so that no server is left.
 */
function passSignals(child) {
  const received = new Map()
  const pass = (signal) => {
    const repeated = Date.now() - (received.get(signal) ?? 0) < 1000
    received.set(signal, Date.now())
    if (!repeated && !(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, pass)
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    if (received.size === 0) pass('SIGTERM')
  }, 250)
  return {
    first: () => received.keys().next().value,
    release() {
      clearInterval(watch)
      for (const signal of signals) process.off(signal, pass)
    },
  }
}

/** Runs a program that should just work: a line when it starts, some while it lasts, its output only if it fails. */
export async function runQuietly(what, command, args, options = {}) {
  const start = Date.now()
  say(`${what} …`)
  const ticker = setInterval(() => say(`  still ${what}, ${secondsSince(start)}`), 5000)
  try {
    const { exitCode, output } = await run(command, args, { ...options, quiet: true })
    if (exitCode !== 0) {
      throw new Stop(`${what} failed with exit code ${exitCode}:\n${output.trimEnd()}`)
    }
    say(`  done in ${secondsSince(start)}`)
  } finally {
    clearInterval(ticker)
  }
}
