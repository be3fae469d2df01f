const library = new URL('../../../src/index.ts', import.meta.url).href
const fixture = new URL('instance.ts', import.meta.url).href

/** Exports the instance of `instance.ts`. */
export const exportsInstance = `export { agentic as default } from '${fixture}'\n`

/** Has an instance that does not load the SDK, with one agent that can be told from others by its complaint. */
export const hasInstance = instanceWith(`() => { throw new Error('called in ' + process.pid) }`)

export function instanceWith(agent: string): string {
  return `import { createAgentic } from '${library}'
const agentic = createAgentic({
  agents: { one: ${agent} },
  owner: () => null,
  database: process.env.DATABASE_URL,
  concurrency: 0,
})
`
}
