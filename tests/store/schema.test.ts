import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { instance, temporaryDatabase } from '../support/instance.ts'
import { sql } from '../support/sql.ts'

/** Rows `(text)`: how each of our tables and indexes is made. */
const definitions = {
  sqlite: `select sql || ';' as text from sqlite_schema where sql is not null`,
  postgres: `
    select format(E'create table %s (\n%s);', t.relname, string_agg(concat_ws(' ', '  ' || c.attname,
        format_type(c.atttypid, c.atttypmod), 'collate "' || nullif(o.collname, 'default') || '"',
        case when c.attnotnull then 'not null' end, 'default ' || pg_get_expr(d.adbin, d.adrelid)),
        E',\n' order by c.attnum)) as text
      from pg_class as t join pg_attribute as c on c.attrelid = t.oid and c.attnum > 0
        left join pg_collation as o on o.oid = c.attcollation
        left join pg_attrdef as d on d.adrelid = t.oid and d.adnum = c.attnum
      where t.relnamespace = current_schema()::regnamespace and t.relkind = 'r' group by t.relname
    union all
    select pg_get_indexdef(i.indexrelid) || ';' from pg_index as i join pg_class as t
      on t.oid = i.indexrelid where t.relnamespace = current_schema()::regnamespace`,
}

const kind = inject('database')
const golden = new URL(`schema.${kind}.sql`, import.meta.url)

test(`the schema is the one in schema.${kind}.sql`, async () => {
  const database = temporaryDatabase()
  await instance({ database }).start()
  const place = `${new URL(database).searchParams.get('schema')}.`
  const texts = (await sql(database, definitions[kind])).map(({ text }) => String(text))
  // SQLite keeps our text with its indentation.
  const tidy = texts.map((text) =>
    kind === 'sqlite' ? text.replaceAll(/\s+/g, ' ') : text.replaceAll(place, ''),
  )
  const schema = `${tidy.toSorted().join('\n')}\n`
  if (!existsSync(golden) || process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, schema)
  expect(schema).toBe(readFileSync(golden, 'utf8'))
})
