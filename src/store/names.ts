import { sql } from 'kysely'

/** Our tables for use in `sql` templates; the prefix is added when a statement is compiled. */
export const t = {
  session: sql.table('session'),
  item: sql.table('item'),
  run: sql.table('run'),
  runInput: sql.table('run_input'),
  step: sql.table('step'),
  event: sql.table('event'),
  approval: sql.table('approval'),
  rate: sql.table('rate'),
  worker: sql.table('worker'),
  audit: sql.table('audit'),
  chore: sql.table('chore'),
} as const
