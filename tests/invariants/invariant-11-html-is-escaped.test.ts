import { Agent } from '@openai/agents'
import { expect, test } from 'vitest'
import { instance } from '../support/instance.ts'
import { callsTool, notedTool } from '../support/tools.ts'
import { TurnModel } from '../support/turn-model.ts'

const owner = 'ada'
const evil = '<script>alert(1)</script><img src=x onerror="alert(2)">&\'"'

test('whatever is said, HTML is escaped and needs no inline script or style', async () => {
  const model = new TurnModel(
    () => callsTool(`note`, { n: 1 }),
    () => evil,
  )
  const tools = [notedTool('note', { execute: () => evil })]
  const agentic = instance({ agents: { assistant: () => new Agent({ name: evil, model, tools }) } })
  const { id } = await agentic.runs.submit({ owner, session: 'chat', input: evil })
  await agentic.runs.wait({ owner, id })
  const pages = [
    await agentic.renderRun({ owner, id }),
    await agentic.renderConversation({ owner, key: 'chat' }),
  ]
  for (const page of pages) {
    expect(page).toContain('&lt;script&gt;')
    const tags = page.match(/<[^>]*>/g) ?? []
    expect(tags.filter((tag) => /^<(script|style|img)/i.test(tag))).toEqual([])
    expect(tags.filter((tag) => /\s(on\w+|style)\s*=/i.test(tag))).toEqual([])
  }
})
