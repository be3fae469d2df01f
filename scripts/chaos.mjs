// `npm run chaos`: everything goes wrong at random for some minutes, and nothing may be lost or repeated.
//   -- --minutes 60 --seed 7 --queue in-process|bullmq|graphile-worker --database sqlite|postgres://…
//   -- --every-commit: a run is killed before and after each of its commits, on each database, streamed and not
import { prepare } from './prepare.mjs'
import { main, run } from './processes.mjs'
import { getServices, serviceEnvironment } from './services.mjs'

await main(async () => {
  const env = await prepare()
  Object.assign(env, serviceEnvironment(await getServices()))
  const args = process.argv.slice(2)
  if (!args.includes('--every-commit')) {
    const chaos = ['tests/soak/chaos/main.ts', ...args]
    return (await run('node', chaos, { env, last: true })).exitCode
  }
  const tests = ['run', '--project=busy', 'tests/crash/every-commit', 'tests/crash/kill-points']
  return (await run('vitest', tests, { env: { ...env, EVERY_COMMIT: 'yes' }, last: true })).exitCode
})
