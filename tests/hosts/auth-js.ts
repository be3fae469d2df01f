import { expect } from 'vitest'
import { CookieJar } from './cookie-jar.ts'

export const password = 'correct horse'

/** Signs a user in as the form of Auth.js does; gives the headers that their browser sends from then on. */
export async function signIn(
  url: string,
  name: string,
  given = password,
): Promise<Record<string, string>> {
  const jar = new CookieJar()
  const { csrfToken } = await (await jar.fetch(`${url}/api/auth/csrf`)).json()
  const body = new URLSearchParams({ csrfToken, name, password: given })
  const path = '/api/auth/callback/credentials'
  expect((await jar.fetch(`${url}${path}`, { method: 'POST', body })).status).toBe(302)
  return { cookie: jar.header, origin: url }
}
