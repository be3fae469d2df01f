import { Option } from 'commander'

export function configOption(): Option {
  return new Option(
    '--config <file>',
    'what exports the instance (default: agentic.config.{ts,mts,js,mjs} here, in src or in dist)',
  )
}

export function actorOption(): Option {
  return new Option('--actor <name>', 'who is written into the audit (default: cli:<user>@<host>)')
}
