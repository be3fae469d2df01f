/** What a request asks for, by its headers. */

export function isHtmx(request: Request): boolean {
  return request.headers.get('hx-request') === 'true'
}

export function wantsStream(request: Request): boolean {
  return accepts(request, 'text/event-stream')
}

export function wantsPage(request: Request): boolean {
  return accepts(request, 'text/html')
}

/** A form sent by htmx, which can show HTML only: version 4 says so, version 2 accepts anything. */
export function isHtmxForm(request: Request): boolean {
  return isHtmx(request) && request.method !== 'GET' && !accepts(request, 'application/json')
}

/** A form sent by a browser without JavaScript: its user must land on a page again. */
export function isPlainForm(request: Request): boolean {
  return request.method === 'POST' && !isHtmx(request) && wantsPage(request) && isForm(request)
}

export function isForm(request: Request): boolean {
  const type = mediaType(request)
  return type === 'application/x-www-form-urlencoded' || type === 'multipart/form-data'
}

/** The content type without its parameters, in lower case; empty when there is none. */
export function mediaType(request: Request): string {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';')
  return type.trim().toLowerCase()
}

function accepts(request: Request, type: string): boolean {
  return (request.headers.get('accept') ?? '').toLowerCase().includes(type)
}
