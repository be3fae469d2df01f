import { fetchHost, otherRuntime } from './fetch-host.ts'
import { runtime } from './runtimes.ts'

const bun = { folder: 'runtimes', command: [runtime('bun'), 'bun.ts'] } as const

fetchHost('Bun', bun)
otherRuntime('Bun', bun)
