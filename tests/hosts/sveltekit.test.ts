import { beforeAll } from 'vitest'
import { buildApp } from './build-app.ts'
import { fetchHost } from './fetch-host.ts'

beforeAll(async () => buildApp('sveltekit', 'vite/bin/vite.js', 'build'), 300_000)

fetchHost('SvelteKit', {
  folder: 'sveltekit',
  command: [process.execPath, 'build'],
  env: { PROTOCOL_HEADER: 'x-forwarded-proto' },
  // SvelteKit takes forms only with an Origin, and everything for https unless a proxy says something else.
  sent: (origin) => ({ origin, 'x-forwarded-proto': 'http' }),
})
