// `npm run build`: the compiled package in dist/, after whatever a fresh clone lacks.
import { main } from './processes.mjs'
import { prepare } from './prepare.mjs'

await main(async () => void (await prepare()))
