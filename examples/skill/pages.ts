import { agentic } from './quickstart.ts'

/** A page with a conversation, the runs under way and the form, for htmx 4 under `default-src 'self'`. */
export async function page(owner: string, session: string): Promise<string> {
  const { data: runs } = await agentic.runs.list({ owner, session, limit: 5 })
  const fragments = await Promise.all(runs.reverse().map(async (run) => agentic.renderRun(run)))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Support</title>
<meta name="htmx-config" content='{"includeIndicatorCSS": false, "morphIgnore": ["data-htmx-powered", "open"]}'>
<link rel="stylesheet" href="${agentic.assetUrl('agentic.css')}">
<script src="${agentic.assetUrl('htmx.min.js')}" defer></script>
<script src="${agentic.assetUrl('hx-sse.min.js')}" defer></script>
</head><body>
<div hx-get="/agents/sessions/${session}/items/" hx-trigger="run-update from:body" hx-swap="innerMorph" hx-status:4xx="swap:none" hx-status:5xx="swap:none">
${await agentic.renderConversation({ owner, key: session })}</div>
<div id="runs">${fragments.join('')}</div>
<div id="agentic-error"></div>
${await agentic.renderForm({ key: session })}
</body></html>`
}
