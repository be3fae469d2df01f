import { address } from '../html/address.ts'

/** What stands behind the question mark; what is empty is left out. */
export type Asked = Readonly<Record<string, string | number | undefined>>

/** The addresses of the admin's pages. */
export interface Links {
  overview(asked?: Asked): string
  runs(asked?: Asked): string
  run(id: string, asked?: Asked): string
  runActions(): string
  sessions(asked?: Asked): string
  session(id: string): string
  approvals(asked?: Asked): string
  decisions(): string
  audit(asked?: Asked): string
}

export function linksOf(basePath: string): Links {
  const to = (...segments: string[]) => address(basePath, 'admin', ...segments)
  return {
    overview: (asked) => to() + search(asked),
    runs: (asked) => to('runs') + search(asked),
    run: (id, asked) => to('runs', id) + search(asked),
    runActions: () => to('run-actions'),
    sessions: (asked) => to('sessions') + search(asked),
    session: (id) => to('sessions', id),
    approvals: (asked) => to('approvals') + search(asked),
    decisions: () => to('decisions'),
    audit: (asked) => to('audit') + search(asked),
  }
}

function search(asked: Asked = {}): string {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined && value !== '')
  if (given.length === 0) return ''
  return `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`
}
