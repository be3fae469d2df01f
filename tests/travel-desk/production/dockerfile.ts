import { existsSync, readFileSync } from 'node:fs'

export interface Step {
  instruction: string
  /** Without options. */
  args: string[]
  /** `--from=library` as `{ from: 'library' }`. */
  options: Record<string, string>
  text: string
}

export interface Stage {
  image: string
  name: string
  steps: Step[]
}

/** The stages of a Dockerfile, in the part of its language that ours uses. */
export function readDockerfile(path: string): Stage[] {
  const stages: Stage[] = []
  const lines = readFileSync(path, 'utf8')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
  for (const line of lines.split('\n').filter((each) => each.trim() !== '')) {
    const step = readStep(line)
    if (step.instruction !== 'FROM') stages.at(-1)?.steps.push(step)
    else stages.push({ image: step.args[0] ?? '', name: step.args[2] ?? '', steps: [] })
  }
  return stages
}

function readStep(line: string): Step {
  const [instruction = '', ...words] = line.trim().split(/\s+/)
  const first = words.findIndex((word) => !word.startsWith('--'))
  const options = words.slice(0, first).map((word) => word.slice(2).split('='))
  const text = words.slice(first).join(' ')
  const args = text.startsWith('[') ? (JSON.parse(text) as string[]) : words.slice(first)
  return { instruction, args, options: Object.fromEntries(options), text }
}

/** Says of paths below the context whether a Dockerfile's own ignore file keeps them from being copied. */
export function readIgnored(dockerfile: string): (path: string) => boolean {
  const file = `${dockerfile}.dockerignore`
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const patterns = lines.filter((line) => line !== '').map(toPattern)
  return (path) => patterns.some((pattern) => pattern.test(path))
}

/** What is in an ignored folder is ignored as well. */
function toPattern(line: string): RegExp {
  const source = line
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('**/', '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('\0', '(?:.*/)?')
  return new RegExp(`^${source}(?:/|$)`)
}
