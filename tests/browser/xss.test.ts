import { defaultTemplates, type ConversationView, type Run, type RunView } from 'agentic-node'
import type { Browser } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { scripted } from '../http/agents.ts'
import {
  approvalOf,
  completed,
  failed,
  inboxOf,
  runId,
  viewOf,
  waiting,
} from '../html/run-views.ts'
import { hasBrowser, withBrowser } from '../travel-desk/browser.ts'
import { attacks } from './markup-attacks.ts'
import { openPage, soon, startSite, strictPolicy } from './fragment-page.ts'
import { speaking } from './speaking.ts'

/** In Markdown these are links, images, code, and tables. */
const markdownAttacks = [
  '[x](javascript:hacked=1)',
  '[x](&#106;avascript:hacked=1) <javascript:hacked=1>',
  '[x](data:text/html,<script>hacked=1</script>)',
  '[x](//evil.test/path) [x]: //evil.test',
  '![x](/evil)',
  '![x](https://evil.test/evil.png "onload=hacked=1")',
  '```html" onmouseover="hacked=1\n<script>hacked = 1</script>\n```',
  '| <img src="/evil"> | b |\n|---|---|\n| <script>hacked=1</script> | d |',
  '[a](https://example.com/"onclick="hacked=1)',
]

const everything = [...attacks, ...markdownAttacks]

/** Every fragment with an attack in each of its fields. */
async function fragmentsWith(attack: string): Promise<string[]> {
  const { run, conversation, approvals: inbox, form, error } = defaultTemplates()
  const facts = { agentKey: attack, sessionKey: attack }
  const tools = [{ name: attack, arguments: attack, output: attack }]
  // Ids are ours.
  const asked = { owner: attack, path: attack, toolName: attack, agentName: attack }
  const approvals = (['call', 'interrupted'] as const).map((kind) =>
    approvalOf({ ...asked, kind, arguments: attack, expiresAt: 5 }),
  )
  const decided = { message: attack, result: attack, editedArguments: { [attack]: attack } }
  const past = (['approved', 'done'] as const).map((status) =>
    approvalOf({ ...asked, ...decided, status, arguments: attack, decidedBy: attack }),
  )
  const more: Partial<RunView> = { tools, approvals, partialText: attack, liveUrl: null }
  // What it asks for by itself is nobody's.
  const still = (view: Run) => ({ ...view, ...facts })
  const items: ConversationView['items'] = [
    { role: 'user', content: attack },
    { role: attack, content: [{ type: 'output_text', text: attack }] },
    { role: 'assistant', content: [{ type: 'refusal', refusal: attack }] },
    { type: 'reasoning', content: [{ text: attack }] },
    { type: 'function_call', name: attack, callId: attack, arguments: attack },
    { type: 'function_call_result', name: attack, callId: attack, output: { text: attack } },
    { type: attack },
  ]
  const failure = { runId, input: attack, error: attack }
  return Promise.all([
    run(viewOf(still({ ...completed, output: attack }), more)),
    run(viewOf(still({ ...completed, output: { [attack]: attack } }), more)),
    run(viewOf(still({ ...failed, error: attack }), more)),
    run(viewOf(still(waiting), more)),
    conversation({
      sessionKey: attack,
      basePath: '/agents',
      items,
      pendingInputs: [{ runId, input: attack }],
      approvals,
      failure,
    }),
    inbox({ ...inboxOf([...approvals, ...past]), isForOther: true, nextUrl: attack }),
    form({ sessionKey: attack, basePath: '/agents', idempotencyKey: attack, target: '#runs' }),
    error({ code: attack, message: attack }),
  ])
}

describe.skipIf(!hasBrowser)('what others write stays text', () => {
  let browser: Browser
  withBrowser((opened) => (browser = opened))

  test.each([
    ['under the strict policy', strictPolicy],
    ['where escaping alone has to hold', null],
  ])('in every field of every fragment, %s', async (_where, policy) => {
    const site = await startSite('htmx 4 and its SSE extension', scripted(), policy)
    const fragments = (await Promise.all(everything.map(fragmentsWith))).flat()
    site.show(() => fragments.join('\n'))
    const { page, complaints, requests } = await openPage(browser, site.url)
    await page.evaluate(() =>
      document.querySelectorAll('details').forEach((each) => (each.open = true)),
    )
    await page.clock.runFor(10_000)
    await page.waitForLoadState('networkidle')
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
    expect(requests.filter((path) => path.includes('evil'))).toEqual([])
    expect(new URL(page.url()).pathname).toBe('/')
    expect(complaints.filter((each) => !each.includes('404'))).toEqual([])
    const found = await page.evaluate(() => ({
      active: document.body.querySelectorAll(
        'script, style, link, meta, base, iframe, object, embed, img, svg, math, video, template',
      ).length,
      handlers: [...document.body.querySelectorAll('*')].flatMap((element) =>
        element.getAttributeNames().filter((name) => name.startsWith('on') || name === 'srcdoc'),
      ),
      links: [...document.links].map((link) => link.protocol),
      text: document.body.textContent ?? '',
    }))
    expect(found).toMatchObject({ active: 0, handlers: [] })
    expect(found.links.filter((protocol) => !/^https?:$/.test(protocol))).toEqual([])
    for (const attack of attacks) expect(found.text, attack).toContain(attack)
  })

  test('as it is written, and however its pieces fall', async () => {
    const model = speaking()
    const site = await startSite('htmx 4 and its SSE extension', scripted(model.step))
    const run = await site.agentic.runs.submit({ owner: 'ada', session: 'chat', input: 'Hi' })
    site.show(async () => `<div id="agentic-error"></div>${await site.agentic.renderRun(run)}`)
    const { page, complaints, requests } = await openPage(browser, site.url)
    await soon(page, async () => page.locator('[data-status=running]').count()).toBe(1)
    const pieces = [
      'Once\n\nevent: run-changed\ndata: x\n\n',
      'data: <script>hacked = 1</script>\nid: 7\nretry: 1\n',
      `<input type="hidden" id="run-seen-${run.id}" hx-swap-oob="true" value="evil">`,
      '</div></section><div hx-swap-oob="beforeend:body">evil</div>',
      '\u2028\u2029 <span hx-get="/evil" hx-trigger="load">',
      ...attacks,
    ]
    for (const piece of pieces) model.say(piece)
    const written = async () => page.textContent(`#run-text-${run.id}`)
    await soon(page, written).toBe(pieces.join(''))
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false)
    expect(requests.filter((path) => path.includes('evil'))).toEqual([])
    expect(await page.innerHTML('#agentic-error')).toBe('')
    expect(await page.inputValue(`#run-seen-${run.id}`)).toMatch(/\.live\.\d+$/)
    expect(complaints).toEqual([])
  })
})
