import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { SqliteConnection } from '../../../src/store/sqlite/connection.ts'
import { temporaryDatabase } from '../../support/instance.ts'

test('a statement that is kept prepared names its columns right when a newer process has added one', () => {
  const file = temporaryDatabase('sqlite').slice('file:'.length)
  const [newer, ours] = [new DatabaseSync(file), new DatabaseSync(file)]
  onTestFinished(() => [newer, ours].forEach((each) => each.close()))
  const connection = new SqliteConnection(ours)
  const rows = () =>
    connection.run({ sql: 'select note.*, 9 as last from note', parameters: [], name: null })
  newer.exec("create table note (id, body); insert into note values (1, 'a'), (2, 'b')")
  expect(rows()).toEqual([
    { id: 1, body: 'a', last: 9 },
    { id: 2, body: 'b', last: 9 },
  ])
  newer.exec("alter table note add column mood default 'fine'")
  expect(rows()).toEqual([
    { id: 1, body: 'a', mood: 'fine', last: 9 },
    { id: 2, body: 'b', mood: 'fine', last: 9 },
  ])
})
