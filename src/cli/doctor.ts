import { Command } from 'commander'
import type { Diagnosis } from '../core/housekeeping.ts'
import { withInstance } from './open-instance.ts'
import { configOption } from './shared-options.ts'

interface Options {
  config?: string
  json?: boolean
}

/** `agentic doctor`: says what is wrong, and what to do about it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Looks whether database, queue, workers and runs are well; changes nothing')
    .addOption(configOption())
    .option(
      '--json',
      'print {"isFine": …, "findings": [{"severity", "check", "message", "advice"}]}',
    )
    .action(async (options: Options) => runDoctor(options))
}

async function runDoctor({ config, json = false }: Options): Promise<void> {
  const diagnosis = await withInstance(config, async ({ admin }) => admin.doctor(), {
    isUntouched: true,
  })
  console.log(json ? JSON.stringify(diagnosis) : describe(diagnosis))
  if (!diagnosis.isFine) process.exitCode = 1
}

function describe({ findings }: Diagnosis): string {
  if (findings.length === 0) return 'All is well.'
  return findings
    .map(({ severity, check, message, advice }) => {
      return [
        `${severity} (${check}): ${message}`,
        ...(advice === '' ? [] : [`  → ${advice}`]),
      ].join('\n')
    })
    .join('\n')
}
