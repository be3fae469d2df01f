type Fields = Record<string, unknown>

/** How a page can make a form or a script send fields. */
export interface Shape {
  what: string
  /** Null: no header says what it is. */
  type: string | null
  body: (fields: Fields) => string
  /** Whether the owner's own page may send it so. */
  isRead: boolean
}

export const shapes: Shape[] = [
  { what: 'JSON', type: 'application/json', body: JSON.stringify, isRead: true },
  {
    what: 'JSON in capitals',
    type: 'Application/JSON; charset=UTF-8',
    body: JSON.stringify,
    isRead: true,
  },
  {
    what: 'a form',
    type: 'application/x-www-form-urlencoded',
    body: urlEncoded,
    isRead: true,
  },
  {
    what: 'a form in capitals',
    type: 'APPLICATION/X-WWW-Form-Urlencoded;charset=utf-8',
    body: urlEncoded,
    isRead: true,
  },
  {
    what: 'a form in parts',
    type: 'multipart/form-data; boundary=of-parts',
    body: multipart,
    isRead: true,
  },
  { what: 'JSON as text', type: 'text/plain', body: JSON.stringify, isRead: false },
  {
    what: 'JSON as text in capitals',
    type: 'TEXT/Plain;charset=UTF-8',
    body: JSON.stringify,
    isRead: false,
  },
  {
    what: 'JSON as text that names JSON',
    type: 'text/plain; application/json',
    body: JSON.stringify,
    isRead: false,
  },
  {
    what: 'JSON of two types',
    type: 'text/plain, application/json',
    body: JSON.stringify,
    isRead: false,
  },
  { what: 'a form of text that is JSON', type: 'text/plain', body: plainForm, isRead: false },
  { what: 'JSON of an empty type', type: '', body: JSON.stringify, isRead: false },
  { what: 'JSON of no type', type: null, body: JSON.stringify, isRead: false },
]

/** What `<form enctype="text/plain">` sends of such a field. */
function plainForm(fields: Fields): string {
  const [name, value] = plainField(fields)
  return `${name}=${value}\r\n`
}

/** Of a form that is sent as text: with the equals sign between the two they are JSON, and what the sign is in is said again. */
export function plainField(fields: Fields): [name: string, value: string] {
  const [first = 'x'] = Object.keys(fields)
  return [`{"${first}":"`, `",${JSON.stringify({ [first]: '', ...fields }).slice(1)}`]
}

function urlEncoded(fields: Fields): string {
  return new URLSearchParams(texts(fields)).toString()
}

function multipart(fields: Fields): string {
  const parts = Object.entries(texts(fields)).map(
    ([name, value]) =>
      `--of-parts\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return `${parts.join('')}--of-parts--\r\n`
}

export function texts(fields: Fields): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]))
}
