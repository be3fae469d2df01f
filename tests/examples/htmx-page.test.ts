import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setDefaultModelProvider } from '@openai/agents'
import { assistantMessage, modelResponse, ScriptedModel } from '@openai/agents/testing'
import { expect, onTestFinished, test } from 'vitest'
import { enterOwnFolder } from './own-folder.ts'

test('the page shows what its form submits, and brings all that it needs', async () => {
  const { goHome } = enterOwnFolder()
  process.env['PORT'] = '0'
  const model = new ScriptedModel([modelResponse([assistantMessage('It is **on its way**.')])])
  setDefaultModelProvider({ getModel: () => model })
  const { agentic, server } = await import('../../examples/htmx-page.ts')
  onTestFinished(async () => {
    await agentic.close()
    server.closeAllConnections()
    server.close()
    goHome()
  })
  if (!server.listening) await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const page = async () => (await fetch(url)).text()
  const before = await page()
  for (const [, path] of before.matchAll(/(?:href|src)="([^"]+)"/g)) {
    expect((await fetch(url + path)).headers.get('cache-control')).toContain('immutable')
  }
  const [, form = ''] = /<form id="([^"]+)"/.exec(before) ?? []
  const key = /name="idempotency_key" value="([^"]+)"/.exec(before)?.[1] ?? ''
  const sent = await fetch(`${url}/agents/runs/`, {
    method: 'POST',
    headers: { 'hx-request': 'true', 'hx-source': `form#${form}`, origin: url },
    body: new URLSearchParams({ session_key: 'support', input: 'Where?', idempotency_key: key }),
  })
  const answer = await sent.text()
  expect(answer).toContain('class="agent-run"')
  expect(answer).toContain('<textarea class="agent-run__input" id="agent-form-support-input"')
  expect(answer).not.toContain(key)
  await expect.poll(page).toContain('It is <strong>on its way</strong>.')
})
