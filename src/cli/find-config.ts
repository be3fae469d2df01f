import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CliError } from './cli-error.ts'

/** Where an app's config file is looked for, in this order: sources before what was built of them. */
const folders = ['.', 'src', 'dist']
const extensions = ['ts', 'mts', 'js', 'mjs']

/** The path of the config file: the one that was named, or the one that is where it should be. */
export function findConfig(named: string | undefined, folder = process.cwd()): string {
  if (named !== undefined) {
    const path = resolve(folder, named)
    if (!isFile(path)) throw new CliError(2, `--config names ${path}, and there is no such file.`)
    return path
  }
  const found = findConventional(folder)
  if (found === null) {
    throw new CliError(
      2,
      `There is no config file: looked for agentic.config.{${extensions.join()}} in ${folder} and its folders src and dist. ` +
        'Start the command where it is, name it with --config <file>, or write one whose default export is what createAgentic returns.',
    )
  }
  return found
}

/** Null when there is none. */
export function findConventional(folder = process.cwd()): string | null {
  const paths = folders.flatMap((place) =>
    extensions.map((extension) => join(folder, place, `agentic.config.${extension}`)),
  )
  return paths.find(isFile) ?? null
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
