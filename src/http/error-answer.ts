import { AgenticError, isAgenticError, type ErrorCode } from '../core/errors.ts'
import type { Answer } from '../core/answer.ts'
import { htmlAnswer, jsonAnswer } from './answer.ts'
import type { HttpConfig, HttpDeps } from './deps.ts'
import { errorPage, errorOutOfBand } from './error-html.ts'
import { isHtmx, isHtmxForm, isPlainForm } from './wants.ts'

/** What outsiders are told when our side fails; the log has the rest. */
const ourSide: Partial<Record<ErrorCode, string>> = {
  owner_unavailable: 'Who is signed in could not be checked just now. Try again in a moment.',
  approver_unavailable: 'Who may decide this could not be checked just now. Try again in a moment.',
  database_unavailable: 'The database cannot be reached just now. Try again in a moment.',
  database_locked: 'The database is busy. Try again in a moment.',
  database_full: 'The server has no room to store this. Nothing was saved; try again later.',
  closed: 'The server is shutting down. Try again in a moment.',
  internal: 'The server failed to answer this request.',
}

/** The same for whatever names nothing of the caller's, whatever the reason. */
const notFoundMessage = 'Not found: there is nothing of yours at this address.'

const retryLaterSeconds = 2

/** An error as its answer: JSON, or HTML where a person without a script, or a form sent by htmx, waits for words. */
export async function errorAnswer(
  config: HttpConfig,
  request: Request,
  error: unknown,
): Promise<Answer> {
  const shown = toShown(error)
  if (shown.status >= 500) report(config, request, error, shown.code)
  const headers = headersFor(request, shown)
  if (isPlainForm(request)) return htmlAnswer(await errorPage(config, shown), shown.status, headers)
  if (isHtmxForm(request)) {
    return htmlAnswer(await errorOutOfBand(config, shown), shown.status, headers)
  }
  return jsonAnswer(
    { ...shown.details, error: shown.message, code: shown.code },
    shown.status,
    headers,
  )
}

/** What went wrong as a page of the admin's. */
export function errorPageAnswer(
  { admin, config }: HttpDeps,
  request: Request,
  error: unknown,
  actor: string,
): Answer {
  const shown = toShown(error)
  if (shown.status >= 500) report(config, request, error, shown.code)
  const { headers, ...answer } = admin.errorPage(shown, actor)
  return { ...answer, headers: { ...headers, ...headersFor(request, shown) } }
}

function toShown(error: unknown): AgenticError {
  if (!isAgenticError(error)) return new AgenticError('internal', ourSide.internal ?? '')
  const { code, status, details, retryAfterSeconds } = error
  if (code === 'not_found') return new AgenticError(code, notFoundMessage)
  if (status < 500) return error
  const message = ourSide[code]
  if (message === undefined) return new AgenticError('internal', ourSide.internal ?? '')
  return new AgenticError(code, message, {
    details,
    retryAfterSeconds: retryAfterSeconds ?? retryLaterSeconds,
  })
}

function headersFor(request: Request, { retryAfterSeconds }: AgenticError): Record<string, string> {
  return {
    ...(retryAfterSeconds === undefined
      ? {}
      : { 'Retry-After': String(Math.ceil(retryAfterSeconds)) }),
    // htmx 4 would put the error in place of what it answers.
    ...(isHtmx(request) ? { 'HX-Reswap': 'none' } : {}),
  }
}

function report({ logger }: HttpConfig, request: Request, error: unknown, code: ErrorCode): void {
  const { pathname } = new URL(request.url)
  logger.error(
    {
      error,
      cause: error instanceof Error ? error.cause : undefined,
      code,
      method: request.method,
      path: pathname,
    },
    'A request failed on our side.',
  )
}
