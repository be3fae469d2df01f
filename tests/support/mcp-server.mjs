// A small MCP server over stdio: `stamp` appends a line to the file named by LOG_FILE and answers how many there are.
import { appendFileSync, readFileSync } from 'node:fs'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

const log = process.env.LOG_FILE
const server = new McpServer({ name: 'stamps', version: '1.0.0' })

server.registerTool(
  'stamp',
  { description: 'Stamps a text', inputSchema: { text: z.string() } },
  async ({ text }) => {
    appendFileSync(log, `${text}\n`)
    const count = readFileSync(log, 'utf8').trim().split('\n').length
    return { content: [{ type: 'text', text: `${text} is stamp ${count}` }] }
  },
)

await server.connect(new StdioServerTransport())
