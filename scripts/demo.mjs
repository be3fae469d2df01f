// `npm run demo`: whatever a fresh clone lacks, then the travel desk.
import { main, run } from './processes.mjs'
import { prepare } from './prepare.mjs'

await main(async () => {
  const env = await prepare()
  const { exitCode } = await run(
    'node',
    ['examples/travel-desk/server.ts', ...process.argv.slice(2)],
    { env },
  )
  return exitCode
})
