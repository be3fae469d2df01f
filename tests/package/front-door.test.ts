import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import * as agentic from 'agentic-node'
import * as adonis from 'agentic-node/adonis'
import * as bullmq from 'agentic-node/bullmq'
import * as client from 'agentic-node/client'
import * as express from 'agentic-node/express'
import * as fastify from 'agentic-node/fastify'
import * as graphileWorker from 'agentic-node/graphile-worker'
import * as hono from 'agentic-node/hono'
import * as node from 'agentic-node/node'
import * as testing from 'agentic-node/testing'

/** What each door of the package exports, apart from types. A name added here is a promise to keep. */
const doors = {
  'agentic-node': [
    'AgenticError',
    'DatabaseSession',
    'createAgentic',
    'currentCall',
    'defaultTemplates',
    'isAgenticError',
    'loadMarkdown',
  ],
  'agentic-node/adonis': ['adonisAgentic'],
  'agentic-node/bullmq': ['bullmqQueue'],
  'agentic-node/client': ['AgenticClientError', 'createClient'],
  'agentic-node/express': ['expressAgentic'],
  'agentic-node/fastify': ['fastifyAgentic', 'fastifyHandler'],
  'agentic-node/graphile-worker': ['graphileWorkerQueue'],
  'agentic-node/hono': ['honoAgentic'],
  'agentic-node/node': ['nodeHandler'],
  'agentic-node/testing': ['queueContract'],
}

test('the doors have these names and no others', () => {
  expect(Object.keys(agentic).sort()).toEqual(doors['agentic-node'])
  expect(Object.keys(adonis).sort()).toEqual(doors['agentic-node/adonis'])
  expect(Object.keys(bullmq).sort()).toEqual(doors['agentic-node/bullmq'])
  expect(Object.keys(client).sort()).toEqual(doors['agentic-node/client'])
  expect(Object.keys(express).sort()).toEqual(doors['agentic-node/express'])
  expect(Object.keys(fastify).sort()).toEqual(doors['agentic-node/fastify'])
  expect(Object.keys(hono).sort()).toEqual(doors['agentic-node/hono'])
  expect(Object.keys(node).sort()).toEqual(doors['agentic-node/node'])
  expect(Object.keys(graphileWorker).sort()).toEqual(doors['agentic-node/graphile-worker'])
  expect(Object.keys(testing).sort()).toEqual(doors['agentic-node/testing'])
})

test('a process that creates an instance, takes a run in and serves pages never loads the Agents SDK', async () => {
  const script = fileURLToPath(new URL('serve-without-running.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script])
  const { statuses, ours, packages } = JSON.parse(stdout)
  expect(statuses).toEqual([200, 200, 200])
  expect(ours, 'the script no longer sees what is loaded').toBeGreaterThan(10)
  expect(packages.filter((url: string) => /\/node_modules\/(@openai|openai)\//.test(url))).toEqual(
    [],
  )
})
