import { scryptSync, timingSafeEqual } from 'node:crypto'

export interface User {
  id: string
}

const hash = (password: string, salt: string): Buffer => scryptSync(password, salt, 32)

/** Stands for your table of users. */
const passwords = new Map(
  ['ada', 'bob'].map((id): [string, Buffer] => [id, hash(`${id}’s password`, id)]),
)

/** Null for a wrong name and a wrong password alike. */
export function checkPassword(id: string, password: string): User | null {
  const known = passwords.get(id) ?? Buffer.alloc(32)
  return timingSafeEqual(hash(password, id), known) ? { id } : null
}
