import { stripVTControlCharacters } from 'node:util'

/** Columns as wide as what is in them; without a head, each row is a name and its value. */
export function table(head: string[] | null, rows: string[][]): string {
  const all = [...(head === null ? [] : [head]), ...rows].map((row) => row.map(plain))
  const columns = Math.max(...all.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  )
  return all
    .map((row) =>
      row
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One line, which cannot move the cursor of whoever reads it: some of these texts are written by users. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/\p{Cc}+/gu, ' ')
}
