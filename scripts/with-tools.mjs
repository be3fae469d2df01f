// Runs a command of this repository's tools under its own Node: `node scripts/with-tools.mjs oxlint --fix`.
import { main, run } from './processes.mjs'
import { prepare } from './prepare.mjs'

await main(async () => {
  const [command, ...args] = process.argv.slice(2)
  const env = await prepare()
  return (await run(command, args, { env, last: true })).exitCode
})
