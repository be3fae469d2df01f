import { Client } from 'pg'
import { onTestFinished } from 'vitest'

/** A connection of the app's own, gone when the test ends. */
export async function appClient(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  await client.connect()
  onTestFinished(async () => client.end())
  return client
}
