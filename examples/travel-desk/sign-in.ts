import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Database } from './database.ts'

/** Users anybody may be in a demo. */
export const demoUsers: Record<string, string> = {
  ada: 'Ada',
  grace: 'Grace',
  linus: 'Linus',
  margaret: 'Margaret',
}

export interface SignIn {
  /** Signs in and gives the cookie to set. */
  begin(user: string, request: Request): Promise<string>
  /** Who sends this request; null for nobody. */
  userOf(request: Request): Promise<string | null>
  /** Signs out everywhere this cookie was copied to, and gives the cookie that removes it. */
  end(request: Request): Promise<string>
}

const cookieName = 'travel_desk'
const lifetimeSeconds = 7 * 24 * 60 * 60

/**
 * A cookie names a row of `sign_ins` and is signed, so that nobody can try names. The secret is made once and kept in
 * the database: cookies outlive a restart, and processes on one database accept each other's.
 */
export async function createSignIn(database: Database): Promise<SignIn> {
  const secret = await keepSecret(database)

  return {
    async begin(user, request) {
      const id = randomBytes(18).toString('base64url')
      const now = Date.now()
      const expires_at = now + lifetimeSeconds * 1000
      await database.use(async (db) => {
        await db.deleteFrom('sign_ins').where('expires_at', '<', now).execute()
        await db
          .insertInto('sign_ins')
          .values({ id, user, expires_at })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute()
      })
      return setCookie(`${id}.${sign(secret, id)}`, lifetimeSeconds, request)
    },

    async userOf(request) {
      const id = idOf(secret, request)
      if (id === null) return null
      const row = await database.use(async (db) =>
        db
          .selectFrom('sign_ins')
          .select('user')
          .where('id', '=', id)
          .where('expires_at', '>', Date.now())
          .executeTakeFirst(),
      )
      return row?.user ?? null
    },

    async end(request) {
      const id = idOf(secret, request)
      if (id !== null) {
        await database.use(async (db) => db.deleteFrom('sign_ins').where('id', '=', id).execute())
      }
      return setCookie('', 0, request)
    },
  }
}

async function keepSecret(database: Database): Promise<string> {
  return database.use(async (db) => {
    await db
      .insertInto('secrets')
      .values({ name: 'cookie', value: randomBytes(32).toString('base64url') })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
    const secret = db.selectFrom('secrets').select('value').where('name', '=', 'cookie')
    return (await secret.executeTakeFirstOrThrow()).value
  })
}

function idOf(secret: string, { headers }: Request): string | null {
  const cookies = (headers.get('cookie') ?? '').split(/;\s*/)
  const cookie = cookies.find((each) => each.startsWith(`${cookieName}=`))
  const [id = '', signature = ''] = cookie?.slice(cookieName.length + 1).split('.') ?? []
  const [given, expected] = [Buffer.from(signature), Buffer.from(sign(secret, id))]
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : null
}

function sign(secret: string, id: string): string {
  return createHmac('sha256', secret).update(id).digest('base64url')
}

function setCookie(value: string, maxAge: number, request: Request): string {
  const isSecure =
    new URL(request.url).protocol === 'https:' ||
    request.headers.get('x-forwarded-proto') === 'https'
  const secure = isSecure ? '; Secure' : ''
  return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure}`
}
