// The browser of the browser tests. It is not an npm package, so `npm test` gets it from Debian where it may.
import { existsSync } from 'node:fs'
import { findProgram, installFromDebian, isDebianRoot } from './debian.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const places = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** The browser's path, or null. `CHROMIUM_PATH` names one that is elsewhere. */
export function findChromium() {
  const all = [process.env.CHROMIUM_PATH ?? '', findProgram(...names) ?? '', ...places]
  return all.find((path) => path !== '' && existsSync(path)) ?? null
}

/** Finds or installs it; null when it is missing and a person has to install it. */
export async function getChromium() {
  if (findChromium() === null && isDebianRoot()) await installFromDebian('chromium')
  return findChromium()
}
