// What is not an npm package comes from Debian, where we may install it.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runQuietly, say, Stop } from './processes.mjs'

export const isDebianRoot = () => process.getuid?.() === 0 && existsSync('/etc/debian_version')

/** The path of the first of these programs that is there, or null. Debian keeps those of servers in /usr/sbin. */
export function findProgram(...names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return candidates.find((path) => existsSync(path)) ?? null
}

/** Installs packages; a failure is told and left to who looks for what should be there now. */
export async function installFromDebian(...packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const what = `installing ${packages.join(' and ')}`
  await attempt(async () => {
    await runQuietly('updating the package lists', 'apt-get', ['update'], { env })
    await runQuietly(what, 'apt-get', ['install', '-y', ...packages], { env })
  })
}

/** Runs what may fail because of the machine; the reason is said, and null answered. */
export async function attempt(body) {
  try {
    return await body()
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    say(error.message)
    return null
  }
}
