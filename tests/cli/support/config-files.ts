const library = new URL('../../../src/index.ts', import.meta.url).href
const fixture = new URL('instance.ts', import.meta.url).href

/** Exports the instance of `instance.ts`. */
export const exportsInstance = `export { agentic as default } from '${fixture}'\n`

/** Has an instance that does not load the SDK, with one agent that can be told from others by its complaint. */
export const hasInstance = instanceWith(`() => { throw new Error('called in ' + process.pid) }`)

/** Exports an instance that says what is old. */
export function exportsInstanceWith(cleanup: object): string {
  const settings = `cleanup: ${JSON.stringify(cleanup)},`
  return `${instanceWith('() => {}', settings)}export default agentic\n`
}

export function instanceWith(agent: string, settings = ''): string {
  return `import { createAgentic } from '${library}'
const agentic = createAgentic({
  agents: { one: ${agent} },
  owner: () => null,
  database: process.env.DATABASE_URL,
  concurrency: 0,
  ${settings}
})
`
}
