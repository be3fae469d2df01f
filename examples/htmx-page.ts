import { createServer } from 'node:http'
import { Agent } from '@openai/agents'
import { createAgentic } from 'agentic-node'
import { nodeHandler } from 'agentic-node/node'

const owner = 'ada' // your sign-in goes here
const session = 'support'

export const agentic = createAgentic({
  agents: { support: () => new Agent({ name: 'Support', instructions: 'Help the user.' }) },
  owner: () => owner,
})
const { assetUrl } = agentic
const handle = nodeHandler(agentic)

async function page(): Promise<string> {
  const { data: runs } = await agentic.runs.list({ owner, session, limit: 5 })
  const newest = await Promise.all(runs.reverse().map(async (run) => agentic.renderRun(run)))
  const conversation = await agentic.renderConversation({ owner, key: session })
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Support</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="htmx-config" content='{"includeIndicatorCSS": false, "morphIgnore": ["data-htmx-powered", "open"]}'>
<link rel="stylesheet" href="${assetUrl('agentic.css')}">
<script src="${assetUrl('htmx.min.js')}" defer></script>
<script src="${assetUrl('hx-sse.min.js')}" defer></script>
</head><body>
<div hx-get="/agents/sessions/${session}/items/" hx-trigger="run-update from:body" hx-swap="innerMorph" hx-status:4xx="swap:none" hx-status:5xx="swap:none">${conversation}</div>
<div id="runs">${newest.join('')}</div>
<div id="agentic-error"></div>
${await agentic.renderForm({ key: session })}
</body></html>`
}

export const server = createServer((request, response) => {
  void handle(request, response, async () => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.setHeader('Content-Security-Policy', "default-src 'self'")
    response.end(await page())
  })
}).listen(Number(process.env['PORT'] ?? 3000))
