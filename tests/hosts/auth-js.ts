import { expect } from 'vitest'

export const password = 'correct horse'

/** Signs a user in as the form of Auth.js does; gives the headers that their browser sends from then on. */
export async function signIn(
  url: string,
  name: string,
  given = password,
): Promise<Record<string, string>> {
  const cookies = new Map<string, string>()
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { cookie: header(cookies), origin: url }
    const answer = await fetch(`${url}/api/auth/${path}`, { ...init, headers, redirect: 'manual' })
    for (const cookie of answer.headers.getSetCookie()) keep(cookies, cookie)
    return answer
  }
  const { csrfToken } = await (await ask('csrf')).json()
  const body = new URLSearchParams({ csrfToken, name, password: given })
  expect((await ask('callback/credentials', { method: 'POST', body })).status).toBe(302)
  return { cookie: header(cookies), origin: url }
}

function keep(cookies: Map<string, string>, cookie: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
  cookies.set(name, value)
}

const header = (cookies: Map<string, string>) =>
  [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
