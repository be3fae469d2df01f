import { z } from 'zod'

const day = z.iso.date()

/** Whether a text begins with a day that there is; of the 31st of February `Date` makes one of March. */
export function beginsWithDay(text: string): boolean {
  return day.safeParse(text.slice(0, 10)).success
}
