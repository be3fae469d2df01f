import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished, test } from 'vitest'
import type { DatabaseKind } from '../../support/databases.ts'
import { temporaryDatabase } from '../../support/instance.ts'
import { emptyDatabase } from './empty-database.ts'

/** Where the processes of one case meet. */
export interface Place {
  database: string
  /** The log of what happened in the world. */
  effects: string
}

const kinds: DatabaseKind[] = ['sqlite', 'postgres']

/** A test on each database; skipped where there is no server. */
export function testOnEach(name: string, body: (kind: DatabaseKind) => Promise<void>): void {
  for (const kind of kinds) testOn(kind, `${name}, on ${kind}`, async () => body(kind))
}

export function testOn(kind: DatabaseKind, name: string, body: () => Promise<void>): void {
  // oxlint-disable-next-line vitest/valid-title -- it is one, the caller's
  test.skipIf(kind === 'postgres' && inject('postgresUrl') === '')(name, body)
}

/** A place with our schema and nothing in it; kept when the test has failed. */
export async function freshPlace(kind: DatabaseKind): Promise<Place> {
  const place = barePlace(kind)
  await emptyDatabase(place.database)
  return place
}

/** A place where not even our schema is. */
export function barePlace(kind: DatabaseKind): Place {
  const folder = mkdtempSync(join(tmpdir(), 'agentic-crash-'))
  onTestFinished(({ task }) => {
    if (task.result?.state !== 'fail') rmSync(folder, { recursive: true, force: true })
  })
  const effects = join(folder, 'effects.log')
  const url = temporaryDatabase(kind)
  if (kind === 'sqlite') return { database: url, effects }
  const database = new URL(url)
  // Several processes at once, on a server that has other guests.
  database.searchParams.set('connection_limit', '4')
  return { database: database.href, effects }
}
