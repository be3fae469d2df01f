interface Services {
  postgresUrl: string
  redisUrl: string
}

/** Of `scripts/services.mjs`, which finds or installs servers for tests and benchmarks alike. */
interface Script {
  getServices(): Promise<Services>
  serviceEnvironment(services: Services): Record<string, string>
}

/** Whether there are a Postgres and a Redis; then the environment names them, to this process and its children. */
export async function haveServices(): Promise<boolean> {
  const address = new URL('../scripts/services.mjs', import.meta.url).href
  const { getServices, serviceEnvironment } = (await import(address)) as Script
  const services = await getServices()
  Object.assign(process.env, serviceEnvironment(services))
  return services.postgresUrl !== '' && services.redisUrl !== ''
}

export function postgresUrl(): string {
  return named('TEST_POSTGRES_URL')
}

export function redisUrl(): string {
  return named('TEST_REDIS_URL')
}

function named(variable: string): string {
  const url = process.env[variable]
  if (url === undefined) throw new Error(`${variable} names no server; npm run bench sets it.`)
  return url
}
