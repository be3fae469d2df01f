import type { Browser } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Run } from 'agentic-node'
import { calls, says, scripted } from '../http/agents.ts'
import { hasBrowser, withBrowser } from '../travel-desk/browser.ts'
import { openPage, soon, startSite } from './fragment-page.ts'
import { speaking } from './speaking.ts'

/**
 * The templates of Agentic Django's cookbook, of which only the template syntax was translated: `{% url %}` became an
 * address, `{{ }}` a value and `{% agent_run_fragment run %}` the rendered fragment.
 */
const pollingRun = ({ id }: Run, fragment: string) => `
<div
  id="run-container-${id}"
  hx-get="/agents/runs/${id}/fragment/"
  hx-trigger="load delay:1s, every 2s"
  hx-target="#run-container-${id}"
  hx-swap="outerHTML"
>
  ${fragment}
</div>`

const runThatStops = ({ id, status }: Run, fragment: string) => `
<div
  id="run-container-${id}"
  data-status="${status}"
  hx-get="/agents/runs/${id}/fragment/"
  hx-trigger="load delay:1s, every 2s"
  hx-target="#run-container-${id}"
  hx-swap="outerHTML"
  hx-on::afterSwap="if (this.dataset.status === 'completed' || this.dataset.status === 'failed') { this.removeAttribute('hx-get'); this.removeAttribute('hx-trigger'); }"
>
  ${fragment}
</div>`

const conversationPanel = (conversation: string) => `
<div id="conversation-panel"
     hx-get="/agents/sessions/chat/items/"
     hx-trigger="run-update from:body"
     hx-target="#conversation-contents"
     hx-swap="innerHTML">
  <div id="conversation-contents">${conversation}</div>
</div>`

describe.skipIf(!hasBrowser)('templates of Agentic Django', () => {
  let browser: Browser
  withBrowser((opened) => (browser = opened))

  const templates = { 'the polling template': pollingRun, 'the one that stops': runThatStops }
  const cases = (['htmx 2', 'htmx 4'] as const).flatMap((htmx) =>
    Object.entries(templates).map(([name, template]) => ({ htmx, name, template })),
  )

  test.each(cases)('$name works with $htmx', async ({ htmx, template }) => {
    const model = speaking()
    const options = scripted(calls('find_flight', { to: 'Oslo' }), model.step)
    // Its `hx-on` is a script in the page, which a strict policy refuses.
    const { agentic, url, show } = await startSite(htmx, options, null)
    show(async () => {
      const { data } = await agentic.runs.list({ owner: 'ada' })
      const runs = await Promise.all(
        data.map(async (run) => template(run, await agentic.renderRun(run))),
      )
      const conversation = await agentic.renderConversation({ owner: 'ada', key: 'chat' })
      return `${conversationPanel(conversation)}${runs.join('')}`
    })
    await agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'To Oslo, please' })
    const { page, requests } = await openPage(browser, url)
    const status = async () =>
      page
        .locator('.agent-run')
        .evaluateAll((runs) => runs.map((run) => run.getAttribute('data-status')).join())
    await soon(page, status).toBe('running')
    model.say('Take **AF1**.')
    model.end()
    await soon(page, status).toBe('completed')
    expect(await page.innerText('.agent-run__status--completed')).toBe('Completed')
    const conversation = async () => page.innerText('#conversation-contents')
    await soon(page, conversation).toContain('Take AF1.')
    expect(await conversation()).toContain('To Oslo, please')
    expect(await page.locator('.agent-conversation__item').count()).toBe(4)

    await page.clock.runFor(10_000)
    await page.waitForLoadState('networkidle')
    const asked = requests.length
    await page.clock.runFor(60_000)
    expect(requests.slice(asked)).toEqual([])
  })

  test.each(['htmx 2', 'htmx 4'] as const)(
    'a form that posts with %s is answered by the fragment',
    async (htmx) => {
      const { url, show } = await startSite(htmx, scripted(says('Hello!')))
      show(
        () => `<form hx-post="/agents/runs/" hx-target="#run-panel" hx-swap="innerHTML">
          <input type="hidden" name="session_key" value="chat">
          <input type="hidden" name="config" value='{"max_turns": 3}'>
          <textarea name="input"></textarea><button type="submit">Run</button>
        </form><div id="run-panel"></div>`,
      )
      const { page, complaints } = await openPage(browser, url)
      await page.fill('textarea', 'Hi there')
      await page.click('button')
      const fragment = async () => page.innerText('#run-panel')
      await soon(page, fragment).toContain('Completed')
      expect(await fragment()).toContain('Hello!')
      expect(complaints).toEqual([])
    },
  )
})
