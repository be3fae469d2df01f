// A lock between processes that a `kill -9` cannot wedge.
//
// `.cache/<name>/` holds numbered claims, and the highest number is the holder. A claim is created with its content by
// a hard link, so of many claimants exactly one gets a number. A claim counts as free when it says so or when its
// process is gone; whoever finds it free claims the next number. Nobody ever removes a claim that may still count.
import { execFileSync } from 'node:child_process'
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { root, say, sleep, windows } from './processes.mjs'

/** Runs `work` while no other process does. It is given a function that says which child works under the lock. */
export async function withLock(name, work) {
  const folder = join(root, '.cache', name)
  mkdirSync(folder, { recursive: true })
  const claim = { owner: identify(process.pid), child: null, free: false }
  const number = await acquire(folder, claim)
  const update = (change) =>
    renameSync(draft(folder, Object.assign(claim, change)), file(folder, number))
  try {
    return await work((pid) => update({ child: identify(pid) }))
  } finally {
    update({ free: true })
  }
}

async function acquire(folder, claim) {
  let told = false
  for (;;) {
    const number = highest(folder)
    const holder = read(folder, number)
    if (holder && !holder.free && isAlive(holder.owner)) {
      if (!told) say(`waiting for process ${holder.owner.pid}, which prepares this clone too …`)
      told = true
      await sleep(200)
      continue
    }
    await endOrphan(holder)
    if (tryClaim(folder, number + 1, claim)) return number + 1
  }
}

function tryClaim(folder, number, claim) {
  const content = draft(folder, claim)
  try {
    linkSync(content, file(folder, number))
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(content, { force: true })
  }
  // The numbers may have moved on while we looked: then ours is below the holder's and counts for nothing.
  if (highest(folder) !== number) {
    rmSync(file(folder, number), { force: true })
    return false
  }
  for (const older of numbers(folder))
    if (older < number) rmSync(file(folder, older), { force: true })
  return true
}

/** An owner that was killed may have left its child at work, e.g. npm in the middle of unpacking. */
async function endOrphan(holder) {
  if (!holder?.child || !isAlive(holder.child)) return
  say(`ending process ${holder.child.pid}, left over from a start that was killed …`)
  try {
    process.kill(holder.child.pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error // it ended by itself meanwhile
  }
  while (isAlive(holder.child)) await sleep(20)
}

const file = (folder, number) => join(folder, `${number}.json`)
const numbers = (folder) =>
  readdirSync(folder)
    .map((name) => Number.parseInt(name, 10))
    .filter(Boolean)
const highest = (folder) => Math.max(0, ...numbers(folder))

function draft(folder, claim) {
  const path = join(folder, `draft-${process.pid}`)
  writeFileSync(path, JSON.stringify(claim))
  return path
}

function read(folder, number) {
  try {
    return JSON.parse(readFileSync(file(folder, number), 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return null // the first claim ever, or a newer holder tidied up
    throw error
  }
}

/** The system reuses process ids; with its start time an id names one process. */
const identify = (pid) => ({ pid, started: startOf(pid) })
const isAlive = ({ pid, started }) => started !== null && startOf(pid) === started

/** When the process started, in the system's own words; null when it does not run. */
function startOf(pid) {
  try {
    if (process.platform === 'linux') {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
      return fields[0] === 'Z' ? null : fields[19]
    }
    process.kill(pid, 0)
    if (windows) return 'running'
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return null // no such process (any more)
  }
}
