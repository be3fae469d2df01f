// The browser of the browser tests. It is not an npm package, so `npm test` gets it from Debian where it may.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runQuietly, Stop } from './processes.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** The browser's path, or null. `CHROMIUM_PATH` names one that is elsewhere. */
export function findChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  const all = [process.env.CHROMIUM_PATH ?? '', ...candidates, ...places]
  return all.find((path) => path !== '' && existsSync(path)) ?? null
}

/** Finds or installs it; null when it is missing and a person has to install it. */
export async function getChromium() {
  if (findChromium() === null && isDebianRoot()) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    try {
      await runQuietly('updating the package lists', 'apt-get', ['update'], { env })
      await runQuietly('installing Chromium', 'apt-get', ['install', '-y', 'chromium'], { env })
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      console.log(error.message)
    }
  }
  return findChromium()
}

const isDebianRoot = () => process.getuid?.() === 0 && existsSync('/etc/debian_version')
