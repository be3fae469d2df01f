// Started by lock.test.ts. `count`: adds one to a file again and again, reading and writing with a pause between, which
// only a lock makes right. `hang`: takes the lock, starts a child under it and stays.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { withLock } from '../../scripts/lock.mjs'

const [name, what, file] = process.argv.slice(2)

if (what === 'hang') {
  await withLock(name, async (onStart) => {
    const program = 'console.log("at work"); setInterval(() => {}, 1000)'
    onStart(spawn(process.execPath, ['-e', program], { stdio: 'inherit' }).pid)
    await new Promise(() => {})
  })
}

for (let added = 0; added < 10; added += 1) {
  await withLock(name, async () => {
    const count = Number(readFileSync(file, 'utf8'))
    await delay(2)
    writeFileSync(file, String(count + 1))
  })
}
