/**
 * The id itself when it sorts after `newest`, else one that does. Runs of a session are ordered by id, and ids come
 * from the clocks of many processes: one that lags must not put its run before those that were there already.
 */
export function idAfter(id: string, newest: string | null): string {
  if (newest === null || id > newest) return id
  const moment = Number.parseInt(newest.slice(0, 13).replace('-', ''), 16) + 1
  const digits = moment.toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}${id.slice(13)}`
}
