import { markup, type Markup } from '../../html/markup.ts'

type Content = Markup | string | number | null

export interface Column<Row> {
  label: string
  /** Numbers stand at the right, names have room. */
  is?: 'number' | 'name' | 'text'
  cell: (row: Row) => Content
}

/**
 * A table that becomes a list of cards on a narrow screen. That takes its layout from it, so its roles are said in
 * words; each cell names its column.
 */
export function table<Row>(caption: string, columns: Column<Row>[], rows: readonly Row[]): Markup {
  return markup`<table class="admin-table" role="table"><caption class="admin-unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(head)}</tr></thead>
<tbody role="rowgroup">${rows.map(
    (row) => markup`<tr role="row">${columns.map((column) => cell(column, row))}</tr>
`,
  )}</tbody></table>`
}

function head<Row>({ label, is }: Column<Row>): Markup {
  return markup`<th scope="col" role="columnheader"${kind(is)}>${label}</th>`
}

function cell<Row>(column: Column<Row>, row: Row): Markup {
  return markup`<td role="cell" data-label="${column.label}"${kind(column.is)}><div>${column.cell(row)}</div></td>`
}

function kind(is: string | undefined): Markup | null {
  return is === undefined ? null : markup` class="admin-${is}"`
}
