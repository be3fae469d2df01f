import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { basename, delimiter, dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { readDockerfile, readIgnored, type Stage, type Step } from './dockerfile.ts'

/** What a container of it would be given. */
export interface Image {
  /** Where its files are here. */
  root: string
  folder: string
  env: Record<string, string>
  command: string[]
  user: string
  healthcheck: string[]
}

interface Build {
  context: string
  folder: string
  isIgnored: (path: string) => boolean
}

/**
 * Does what a Dockerfile says in folders instead of containers: files are copied and commands run, as whoever runs this
 * and with the Node that runs this. Paths of an image lie below its stage's folder.
 */
export async function buildImage(options: {
  dockerfile: string
  context: string
  folder: string
}): Promise<Image> {
  const { dockerfile, context, folder } = options
  const build = { context, folder, isIgnored: readIgnored(dockerfile) }
  const stages = readDockerfile(dockerfile)
  const images: Image[] = []
  for (const [index, stage] of stages.entries()) {
    images.push(await buildStage(build, stage, stage.name || String(index)))
  }
  return images.at(-1)!
}

async function buildStage(build: Build, { steps }: Stage, name: string): Promise<Image> {
  const root = join(build.folder, name)
  mkdirSync(root, { recursive: true })
  const env = { PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) }
  const image: Image = { root, folder: root, env, command: [], user: 'root', healthcheck: [] }
  for (const step of steps) await take(step, image, build)
  return image
}

async function take(step: Step, image: Image, build: Build): Promise<void> {
  const { instruction, args, text } = step
  switch (instruction) {
    case 'WORKDIR':
      image.folder = join(image.root, args[0]!)
      mkdirSync(image.folder, { recursive: true })
      return
    case 'ENV':
      Object.assign(image.env, readVariables(text, image))
      return
    case 'COPY':
      copy(step, image, build)
      return
    case 'RUN':
      if (isInstalledHere(text, image, build)) linkPackages(image, build)
      else await run(text, image)
      return
    case 'USER':
      image.user = text
      return
    case 'CMD':
      image.command = args
      return
    case 'HEALTHCHECK':
      image.healthcheck = JSON.parse(text.replace(/^CMD\s+/, '')) as string[]
      return
    case 'EXPOSE':
      return
    default:
      throw new Error(`This Dockerfile says ${instruction}, which the tests do not know`)
  }
}

/** `A=1 B="2:$A"`; a folder of the image at the beginning of a value is where it is here. */
function readVariables(text: string, { root, env }: Image): Record<string, string> {
  const pairs = text.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)
  return Object.fromEntries(
    [...pairs].map(([, name = '', quoted, plain = '']) => {
      const value = (quoted ?? plain).replaceAll(/\$(\w+)/g, (_, other: string) => env[other] ?? '')
      return [name, value.startsWith('/') ? join(root, value) : value]
    }),
  )
}

function copy({ args, options }: Step, image: Image, { context, folder, isIgnored }: Build): void {
  const from = options['from'] === undefined ? context : join(folder, options['from'])
  const to = args.at(-1)!
  const mayCopy = (path: string) => from !== context || !isIgnored(relative(context, path))
  for (const pattern of args.slice(0, -1)) {
    const sources = globSync(join(from, pattern)).filter(mayCopy)
    if (sources.length === 0) throw new Error(`COPY ${pattern}: there is nothing to copy`)
    for (const source of sources) {
      const isIntoFolder = to.endsWith('/') && !statSync(source).isDirectory()
      const target = join(to.startsWith('/') ? image.root : image.folder, to)
      const path = isIntoFolder ? join(target, basename(source)) : target
      cpSync(source, path, { recursive: true, filter: mayCopy, verbatimSymlinks: true })
    }
  }
}

/** What the repository's own lockfile names is here already, by the same command: 400 MB need not be written again. */
function isInstalledHere(command: string, { folder }: Image, { context }: Build): boolean {
  if (!command.startsWith('npm install')) return false
  const files = ['package.json', 'package-lock.json']
  return files.every((name) => {
    const [here, there] = [join(context, name), join(folder, name)]
    return existsSync(there) && readFileSync(here, 'utf8') === readFileSync(there, 'utf8')
  })
}

function linkPackages({ folder }: Image, { context }: Build): void {
  symlinkSync(join(context, 'node_modules'), join(folder, 'node_modules'), 'junction')
}

async function run(command: string, { folder, env }: Image): Promise<void> {
  // How the registry is reached is this machine's; that a test runs is no concern of what is built.
  const options = { cwd: folder, env: { ...process.env, NODE_ENV: '', ...env }, maxBuffer: 64e6 }
  // Killed when it hangs, so that nothing of it is left for the next test.
  const limits = { timeout: 240_000, killSignal: 'SIGKILL' } as const
  await promisify(execFile)('sh', ['-c', command], { ...options, ...limits })
}

/** The packages that an image has, with their versions, by where they are. */
export function installedPackages({ folder }: Image): Map<string, string> {
  return lockedPackages(join(folder, 'node_modules/.package-lock.json'))
}

export function lockedPackages(lockfile: string): Map<string, string> {
  const { packages } = JSON.parse(readFileSync(lockfile, 'utf8')) as {
    packages: Record<string, { version: string }>
  }
  return new Map(Object.entries(packages).map(([path, { version }]) => [path, version]))
}
