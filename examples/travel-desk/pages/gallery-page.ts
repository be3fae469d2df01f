import { defaultTemplates, type Agentic } from 'agentic-node'
import { html, raw } from 'hono/html'
import { approvalStates } from '../gallery-approvals.ts'
import { conversationStates, runStates } from '../gallery-views.ts'
import { layout, type Html } from './layout.ts'

/** The library's own fragments in every state, in its own stylesheet; nothing on this page is live. */
export async function galleryPage(assetUrl: Agentic['assetUrl']): Promise<Html> {
  const templates = defaultTemplates()
  const runs = runStates.map(async ({ title, view }) => entry(title, await templates.run(view)))
  const conversations = conversationStates.map(async ({ title, view }) =>
    entry(title, await templates.conversation(view)),
  )
  const approvals = approvalStates.map(async ({ title, view }) =>
    entry(title, await templates.approvals(view)),
  )
  const form = await templates.form({
    sessionKey: 'gallery',
    basePath: '/agents',
    idempotencyKey: 'gallery',
    target: '#runs',
  })
  const refusal = await templates.error({
    code: 'rate_limited',
    message: 'Too many runs were started: at most 20 in a minute. Try again in 12 seconds.',
  })
  return layout({
    title: 'Fragments · Travel desk',
    assetUrl,
    isLive: false,
    body: html`<main class="gallery">
      <h1>Fragments</h1>
      <p class="lead">What the library renders, state by state, in its own stylesheet.</p>
      ${await Promise.all(runs)}${await Promise.all(approvals)} ${await Promise.all(conversations)}
      ${entry('The form', form)}${entry('An error', refusal)}
    </main>`,
  })
}

function entry(title: string, fragment: string): Html {
  return html`<section class="gallery__entry">
    <h2>${title}</h2>
    ${raw(fragment)}
  </section>`
}
