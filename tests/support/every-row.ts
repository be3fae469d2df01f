import { databases, kindOf } from './databases.ts'

/** Every row of every table, as text to compare: equal before and after means that nothing was changed. */
export async function everyRow(database: string): Promise<string[]> {
  const facts = databases[kindOf(database)]
  const connection = await facts.connect(database)
  try {
    const rows: string[] = []
    for (const { name } of await connection.query(facts.tables)) {
      const found = await connection.query(`select * from ${String(name)}`)
      rows.push(...found.map((row) => `${String(name)} ${JSON.stringify(row)}`))
    }
    return rows.toSorted()
  } finally {
    await connection.close()
  }
}
