import type { Page } from 'playwright-core'
import { plainField, texts } from '../http/shapes.ts'
import type { Write } from '../http/writes.ts'

/** What a page tries with a request that would act, were it the owner's own. */
export interface Attack {
  what: string
  /** The page it is sent from; the other site's plain one unless it says. */
  from?: string
  /** Where it is sent from: a page that goes there itself, something within one, or something of no site at all. */
  place: 'page' | 'within' | 'sandbox'
  /** From the own page it is a way to act. */
  acts?: true
  launch(page: Page, url: string, fields: Write['fields'], other: string): Promise<unknown>
}

interface Form {
  action: string
  enctype: string
  fields: [string, string][]
  /** Where the answer is shown. */
  into: 'page' | 'frame' | 'window' | 'sandbox'
}

const urlEncoded = 'application/x-www-form-urlencoded'

/** In the page. */
function sendForm({ action, enctype, fields, into }: Form): void {
  const frame = document.createElement('iframe')
  const form = document.createElement('form')
  Object.assign(form, { method: 'post', action, enctype })
  for (const [name, value] of fields) {
    const input = document.createElement('input')
    for (const [key, text] of Object.entries({ type: 'hidden', name, value })) {
      input.setAttribute(key, text)
    }
    form.append(input)
  }
  if (into === 'sandbox') {
    frame.setAttribute('sandbox', 'allow-scripts allow-forms')
    frame.srcdoc = `${form.outerHTML}<script>document.forms[0].submit()</script>`
    return document.body.append(frame)
  }
  frame.name = `inner-${document.forms.length}`
  if (into === 'frame') document.body.append(frame)
  if (into !== 'page') form.target = into === 'frame' ? frame.name : '_blank'
  document.body.append(form)
  // Once the test has been told that this is done: the page may be gone then.
  setTimeout(() => form.submit())
}

const form =
  (enctype: string, into: Form['into'] = 'page'): Attack['launch'] =>
  async (page, action, fields) => {
    const named = enctype === 'text/plain' ? [plainField(fields)] : Object.entries(texts(fields))
    const gone = into === 'page' ? page.waitForEvent('framenavigated') : undefined
    await page.evaluate(sendForm, { action, enctype, fields: named, into })
    await gone
  }

/** What a script gives `fetch`. */
export interface Sent {
  method?: string
  mode?: RequestMode
  headers?: Record<string, string>
  body?: string
  keepalive?: boolean
}

/** In the page: what it shows of the answer, or why it shows none. */
export async function sendByScript({
  url,
  init,
}: {
  url: string
  init: RequestInit
}): Promise<string> {
  try {
    const answer = await fetch(url, { credentials: 'include', ...init })
    return `${answer.type} ${answer.status} ${await answer.text()}`
  } catch (error) {
    return String(error)
  }
}

type Init = (fields: Write['fields']) => Sent

const script =
  (init: Init): Attack['launch'] =>
  async (page, url, fields) =>
    page.evaluate(sendByScript, { url, init: { method: 'POST', ...init(fields) } })

const asText = { 'content-type': 'text/plain' }
const asForm = { 'content-type': urlEncoded }
const asJson = { 'content-type': 'application/json' }

const formText = (fields: Write['fields']) => new URLSearchParams(texts(fields)).toString()

const beacon =
  (type: string, body: (fields: Write['fields']) => string): Attack['launch'] =>
  async (page, url, fields) =>
    page.evaluate(
      ([address = '', text = '', of = '']) => {
        navigator.sendBeacon(address, new Blob([text], { type: of }))
      },
      [url, body(fields), type],
    )

/** Each is one that the browser sends without asking first. */
export const simpleAttacks: Attack[] = [
  { what: 'a form', place: 'page', acts: true, launch: form(urlEncoded) },
  { what: 'a form in parts', place: 'page', acts: true, launch: form('multipart/form-data') },
  { what: 'a form of text that is JSON', place: 'page', launch: form('text/plain') },
  {
    what: 'a form answered in a frame',
    place: 'within',
    acts: true,
    launch: form(urlEncoded, 'frame'),
  },
  { what: 'a form answered in a window', place: 'page', launch: form(urlEncoded, 'window') },
  {
    what: 'a form of a sandbox, whose origin is null',
    place: 'sandbox',
    launch: form(urlEncoded, 'sandbox'),
  },
  {
    what: 'a form of a page that hides itself',
    place: 'page',
    from: 'hidden',
    launch: form(urlEncoded),
  },
  {
    what: 'a form that its own server sends on',
    place: 'page',
    launch: async (page, url, fields, other) =>
      form(urlEncoded)(page, `${other}?to=${encodeURIComponent(url)}`, fields, other),
  },
  {
    what: 'a script that sends JSON as text, and asks for no answer',
    place: 'within',
    launch: script((fields) => ({
      ...{ mode: 'no-cors', headers: asText },
      body: JSON.stringify(fields),
    })),
  },
  {
    what: 'a script that sends JSON as bytes, and asks for no answer',
    place: 'within',
    launch: async (page, url, fields) =>
      page.evaluate(
        async ([address = '', body = '']) => {
          const bytes = new TextEncoder().encode(body)
          const init: RequestInit = { method: 'POST', mode: 'no-cors', credentials: 'include' }
          await fetch(address, { ...init, body: bytes })
        },
        [url, JSON.stringify(fields)],
      ),
  },
  {
    what: 'a script that sends a form',
    place: 'within',
    acts: true,
    launch: script((fields) => ({ headers: asForm, body: formText(fields) })),
  },
  {
    what: 'a script that sends JSON as a form, while its page goes away',
    place: 'within',
    launch: script((fields) => ({
      ...{ mode: 'no-cors', headers: asForm, keepalive: true },
      body: JSON.stringify(fields),
    })),
  },
  {
    what: 'a beacon of JSON as text',
    place: 'within',
    launch: beacon('text/plain', JSON.stringify),
  },
  { what: 'a beacon of a form', place: 'within', acts: true, launch: beacon(urlEncoded, formText) },
]

/** Each is one about which the browser asks first. */
export const preflightedAttacks: Attack[] = [
  {
    what: 'a script that sends JSON',
    place: 'within',
    acts: true,
    launch: script((fields) => ({ headers: asJson, body: JSON.stringify(fields) })),
  },
  {
    what: 'a script that is htmx',
    place: 'within',
    acts: true,
    launch: script((fields) => ({
      headers: { ...asForm, 'hx-request': 'true' },
      body: formText(fields),
    })),
  },
  {
    what: 'a script with a token of its own',
    place: 'within',
    launch: script((fields) => ({
      headers: { ...asForm, authorization: 'Bearer x' },
      body: formText(fields),
    })),
  },
  {
    what: 'a script that names another method',
    place: 'within',
    launch: script((fields) => ({
      headers: { ...asForm, 'x-http-method-override': 'DELETE' },
      body: formText(fields),
    })),
  },
  { what: 'a script that deletes', place: 'within', launch: script(() => ({ method: 'DELETE' })) },
  {
    what: 'a script that puts',
    place: 'within',
    launch: script(() => ({ method: 'PUT', body: 'x' })),
  },
  {
    what: 'a beacon of JSON',
    place: 'within',
    acts: true,
    launch: beacon('application/json', JSON.stringify),
  },
]
