import { Command, Option } from 'commander'
import type { RecoveredRun } from '../core/housekeeping.ts'
import { actorOf } from './actor.ts'
import { withInstance } from './open-instance.ts'
import { actorOption, configOption } from './shared-options.ts'
import { plain } from './table.ts'

interface Options {
  config?: string
  mode?: 'resume' | 'fail'
  run?: string
  actor?: string
  json?: boolean
}

/** `agentic recover`: takes runs from workers that are gone. */
export function recoverCommand(): Command {
  return new Command('recover')
    .description(
      'Recovers runs whose worker is gone, as workers do by themselves unless `recovery` is `ignore`',
    )
    .addOption(configOption())
    .addOption(
      new Option('--mode <how>', 'whether they go on or fail (default: the setting)').choices([
        'resume',
        'fail',
      ]),
    )
    .option('--run <id>', 'this run only')
    .addOption(actorOption())
    .option('--json', 'print {"recovered": [{"id", "owner", "status"}]}')
    .action(async (options: Options) => runRecover(options))
}

async function runRecover({ config, mode, run, actor, json = false }: Options): Promise<void> {
  const recovered = await withInstance(config, async ({ admin }) =>
    admin.recover({
      actor: actor ?? actorOf(),
      ...(mode !== undefined && { mode }),
      ...(run !== undefined && { id: run }),
    }),
  )
  console.log(json ? JSON.stringify({ recovered }) : describe(recovered))
}

function describe(recovered: RecoveredRun[]): string {
  if (recovered.length === 0) return 'No run has lost its worker.'
  const lines = recovered.map(({ id, owner, status }) => {
    return `${id} of ${plain(owner)}: ${status === 'pending' ? 'goes on' : status}`
  })
  return [...lines, `Recovered: ${recovered.length}.`].join('\n')
}
