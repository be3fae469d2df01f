import { symbols } from '@adonisjs/auth'
import type { SessionUserProviderContract } from '@adonisjs/auth/types/session'
import env from '#start/env'

export interface User {
  id: string
}

/** Stands for your table of users; with Lucid it is `sessionUserProvider({ model: () => import('#models/user') })`. */
export class Users implements SessionUserProviderContract<User> {
  declare [symbols.PROVIDER_REAL_USER]: User

  async createUserForGuard(user: User) {
    return { getId: () => user.id, getOriginal: () => user }
  }

  async findById(id: string | number | bigint | BigInt) {
    return this.createUserForGuard({ id: String(id) })
  }
}

/** Here your users are looked up and their passwords checked. */
export function checkPassword(name: unknown, password: unknown): User | null {
  const isRight = password !== undefined && password === env.get('DEMO_PASSWORD')
  return typeof name === 'string' && name !== '' && isRight ? { id: name } : null
}
