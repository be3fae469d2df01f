import { raw } from 'hono/html'
import type { Approval } from '../core/approval.ts'
import { toApprovalView, type ApprovalsView } from '../core/approval-view.ts'
import { htmlAnswer, type TextAnswer } from './answer.ts'
import type { HttpConfig } from './deps.ts'
import { noError } from './error-html.ts'
import { pageAround } from './page.ts'
import { isHtmx } from './wants.ts'

/** Approvals as HTML: their fragment, and around it a page where a browser opened the address itself. */
export async function approvalsAnswer(
  config: HttpConfig,
  request: Request,
  view: ApprovalsView,
): Promise<TextAnswer> {
  const html = await config.templates.approvals(view)
  if (isHtmx(request)) return htmlAnswer(html)
  return htmlAnswer(pageAround(config.basePath, 'Approvals', raw(html)))
}

/** The fragment of one approval, as the answer to the form that decided it; tells the other panels of the page. */
export async function decidedAnswer(
  config: HttpConfig,
  asker: string,
  approval: Approval,
): Promise<TextAnswer> {
  const html = await config.templates.approvals(aloneView(config, asker, approval))
  return htmlAnswer(html + noError, 200, { 'HX-Trigger': 'run-update' })
}

export function aloneView(
  { basePath }: HttpConfig,
  asker: string,
  approval: Approval,
): ApprovalsView {
  const approvals = [toApprovalView(approval)]
  const isForOther = approval.owner !== asker
  return { basePath, approvals, status: null, isForOther, nextUrl: null }
}
