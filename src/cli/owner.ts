import { createInterface } from 'node:readline/promises'
import { Command } from 'commander'
import { actorOf } from './actor.ts'
import { CliError } from './cli-error.ts'
import { withInstance } from './open-instance.ts'
import { showProgress } from './progress.ts'
import { actorOption, configOption } from './shared-options.ts'

interface Options {
  config?: string
  yes?: boolean
  actor?: string
  json?: boolean
}

/** `agentic owner delete`: forgets somebody. */
export function ownerCommand(): Command {
  const remove = new Command('delete')
    .description('Deletes everything of an owner: sessions, runs, events, steps, approvals')
    .argument('<owner>')
    .addOption(configOption())
    .option('--yes', 'do not ask; needed where there is no terminal')
    .addOption(actorOption())
    .option('--json', 'print {"runs": …}')
    .action(async (owner: string, options: Options) => runDelete(owner, options))
  return new Command('owner').description('What belongs to one owner').addCommand(remove)
}

async function runDelete(owner: string, options: Options): Promise<void> {
  const { config, yes = false, actor = actorOf(), json = false } = options
  if (!yes) await confirm(owner)
  const progress = showProgress({ isQuiet: json })
  const deleted = await withInstance(config, async ({ owners }) => {
    try {
      return await owners.delete({
        owner,
        actor,
        onProgress: ({ done, of }) => progress.at('runs', done, of),
      })
    } finally {
      progress.end()
    }
  })
  console.log(json ? JSON.stringify(deleted) : `Deleted ${owner} with ${deleted.runs} runs.`)
}

async function confirm(owner: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new CliError(
      2,
      'There is no terminal to ask on: give --yes to delete without a question.',
    )
  }
  if ((await ask(`Delete everything of ${owner}? Type the owner to go on: `)) !== owner) {
    throw new CliError(1, 'Nothing was deleted.')
  }
}

/** What is typed before Enter; null to who leaves with Ctrl-C or Ctrl-D. */
async function ask(question: string): Promise<string | null> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await terminal.question(question)
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error
    process.stderr.write('\n')
    return null
  } finally {
    terminal.close()
  }
}
