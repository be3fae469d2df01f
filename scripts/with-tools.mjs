// Runs a command of this repository's tools under its own Node: `node scripts/with-tools.mjs oxlint --fix`. After
// `--whole`, with what the slow tests need: `node scripts/with-tools.mjs --whole vitest run --project=slow tests/hosts`.
import { main, run } from './processes.mjs'
import { prepare } from './prepare.mjs'

await main(async () => {
  const asked = process.argv.slice(2)
  const whole = asked[0] === '--whole'
  const [command, ...args] = whole ? asked.slice(1) : asked
  const env = await prepare({ whole })
  return (await run(command, args, { env, last: true })).exitCode
})
