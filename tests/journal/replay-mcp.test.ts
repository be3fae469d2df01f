import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, MCPServerStdio } from '@openai/agents'
import { describe, expect, test } from 'vitest'
import type { AgentSetup } from 'agentic-node'
import { Hold, killAndRecover, modes, notingTool } from '../support/lives.ts'
import { call, results, TurnModel } from '../support/turn-model.ts'

const script = fileURLToPath(new URL('../support/mcp-server.mjs', import.meta.url))

describe.each(modes)('tools of an MCP server over stdio, %s', (events) => {
  test.each([true, false])('are called once, their list cached: %s', async (cacheToolsList) => {
    const hold = new Hold()
    const log = join(mkdtempSync(join(tmpdir(), 'agentic-mcp-')), 'stamps')
    const model = new TurnModel(
      [call('stamp', { text: 'one' })],
      [call('wait'), call('stamp', { text: 'two' })],
      (request) => results(request).join(' | '),
    )
    const agent = async (_life: number, setup: AgentSetup) => {
      const server = new MCPServerStdio({
        command: process.execPath,
        args: [script],
        env: { LOG_FILE: log },
        cacheToolsList,
        // A busy machine takes its time to start a process.
        clientSessionTimeoutSeconds: 50,
      })
      setup.onEnd(async () => server.close())
      await server.connect()
      const wait = notingTool('wait', [], async () => hold.here().then(() => 'waited'))
      return new Agent({ name: 'Stamper', model, tools: [wait], mcpServers: [server] })
    }
    const tools = { wait: { interrupted: 'rerun' } } as const
    // Two responses and both stamps.
    const { run } = await killAndRecover({ agent, events, tools }, hold.reached, { recorded: 4 })
    expect(run.status).toBe('completed')
    expect(JSON.stringify(run)).toContain('one is stamp 1')
    expect(JSON.stringify(run)).toContain('two is stamp 2')
    expect(readFileSync(log, 'utf8')).toBe('one\ntwo\n')
    expect(model.calls).toBe(3)
  })
})
