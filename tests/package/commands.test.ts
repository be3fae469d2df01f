import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { buildProgram } from '../../src/cli/program.ts'
import { root } from './source-files.ts'

const page = readFileSync(join(root, 'docs/operations.md'), 'utf8')
/** What is said in code, in a line or in a block for a shell. */
const code = [...page.matchAll(/`[^`\n]+`|```sh\n[^`]*```/g)].join('\n')

/** A command that does something, by its whole name. */
function leaves(command: Command, name = ''): [name: string, command: Command][] {
  if (command.commands.length === 0) return [[name, command]]
  return command.commands.flatMap((one) => leaves(one, `${name} ${one.name()}`.trim()))
}
const commands = leaves(buildProgram())

test('docs/operations.md names each command, and none that does not exist', () => {
  const missing = commands.filter(([name]) => !code.includes(`agentic ${name}`))
  expect(missing.map(([name]) => name)).toEqual([])
  const real = new Set(commands.map(([name]) => name.split(' ')[0]))
  const named = [...code.matchAll(/(?:^|[`/ ])agentic ([a-z]+)/gm)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(commands.length)
  expect(named.filter((name) => !real.has(name))).toEqual([])
})

test('docs/operations.md names each option of the commands, and none that does not exist', () => {
  const options = commands.flatMap(([, command]) => command.options.map(({ long }) => long))
  const named = [...code.matchAll(/(?:^|[`\s])(--[a-z][a-z-]*)/gm)].map(([, name]) => name)
  expect(options.filter((long) => !named.includes(String(long)))).toEqual([])
  // Of Node, for whoever starts it.
  const others = ['--import', '--max-semi-space-size', '--max-old-space-size']
  const unknown = named.filter((name) => !options.includes(name) && !others.includes(String(name)))
  expect(unknown).toEqual([])
})

test('what a command for operators says can be had as JSON', () => {
  const without = commands.filter(
    ([, command]) => !command.options.some(({ long }) => long === '--json'),
  )
  expect(without.map(([name]) => name)).toEqual([])
})
