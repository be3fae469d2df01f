// `npm run demo`: whatever a fresh clone lacks, then the travel desk.
//
// package.json starts this file with `exec`, so that no shell stands between npm and us and keeps a signal to itself
// (the second half of that line is for Windows, whose shell has no `exec`).
import { main, run } from './processes.mjs'
import { prepare } from './prepare.mjs'

await main(async () => {
  const env = await prepare()
  const { exitCode } = await run('node', ['examples/travel-desk/server.ts'], { env, last: true })
  return exitCode
})
