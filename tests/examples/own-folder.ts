import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Examples keep their database where they run: in an empty folder, until one goes home. */
export function enterOwnFolder(): { goHome: () => void } {
  const home = process.cwd()
  process.chdir(mkdtempSync(join(tmpdir(), 'agentic-example-')))
  return { goHome: () => process.chdir(home) }
}
