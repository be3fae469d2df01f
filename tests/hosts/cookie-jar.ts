/** As a browser keeps them, without their attributes. */
export class CookieJar {
  readonly #cookies = new Map<string, string>()

  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** Asks with what there is, follows nothing, and keeps what the answer sets. */
  async fetch(url: string, init: Omit<RequestInit, 'headers'> = {}): Promise<Response> {
    const headers = { cookie: this.header, origin: new URL(url).origin }
    const answer = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      this.#cookies.set(name, value)
    }
    return answer
  }
}
