// What hold-pauses.mjs gives for `node:timers/promises`: a pause is over when the test says so, whatever it was to last.
const { HELD_PAUSES_URL } = process.env
const who = new URL(import.meta.url).search.slice(1)

export async function setTimeout(_ms, value, { signal } = {}) {
  const answer = await fetch(`${HELD_PAUSES_URL}/${who}`, { signal })
  if (!answer.ok) throw new Error(`The test knows no pauses of ${who}: ${answer.status}`)
  return value
}
