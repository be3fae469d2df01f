import { html as honoHtml, type raw } from 'hono/html'

/** Markup that is escaped already; the only thing that `markup` inserts as it is. */
export type Markup = ReturnType<typeof raw>

/**
 * The one way HTML is made here: every inserted value is escaped unless it is `Markup` itself.
 * Only settled values go in, so the result is there at once.
 */
export function markup(strings: TemplateStringsArray, ...values: Insertable[]): Markup {
  const made = honoHtml(strings, ...values)
  if (made instanceof Promise)
    throw new TypeError('A template was given a promise: await it first.')
  return made
}

type Insertable = string | number | null | undefined | false | Markup | Markup[]
