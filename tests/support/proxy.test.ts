import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createLine, type Line } from './proxy.ts'

/** A server that says back what it is told, and a line to it. */
async function echo(): Promise<{ line: Line; heard: string[]; sockets: Set<Socket> }> {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      heard.push(String(piece))
      socket.write(piece)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { line: await createLine(`tcp://127.0.0.1:${port}`), heard, sockets }
}

interface Caller {
  socket: Socket
  heard: () => string
  ended: Promise<string>
}

async function call(line: Line): Promise<Caller> {
  const { hostname, port } = new URL(line.url)
  const socket = createConnection(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  let text = ''
  socket.on('data', (piece) => (text += String(piece)))
  const ended = new Promise<string>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.on('close', () => resolve('closed'))
  })
  const connected = new Promise<string>((resolve) => socket.on('connect', () => resolve('')))
  const failure = await Promise.race([connected, ended])
  if (failure !== '') throw new Error(failure)
  return { socket, heard: () => text, ended }
}

test('a line carries what is said in both directions, in order', async () => {
  const { line } = await echo()
  const { socket, heard } = await call(line)
  const words = Array.from({ length: 200 }, (_, n) => `${n} `)
  for (const word of words) socket.write(word)
  await expect.poll(heard).toBe(words.join(''))
})

test('a line that is cut resets its connections, and new ones can be made', async () => {
  const { line } = await echo()
  const first = await call(line)
  first.socket.write('a')
  await expect.poll(first.heard).toBe('a')
  line.cut()
  expect(await first.ended).toBe('ECONNRESET')
  await expect.poll(() => line.connections).toBe(0)
  const second = await call(line)
  second.socket.write('b')
  await expect.poll(second.heard).toBe('b')
})

test('a line that refuses lets nobody in, until it accepts; who is in stays', async () => {
  const { line } = await echo()
  const early = await call(line)
  line.refuse()
  await expect(call(line)).rejects.toThrow('ECONNREFUSED')
  early.socket.write('still here')
  await expect.poll(early.heard).toBe('still here')
  await line.accept()
  const late = await call(line)
  late.socket.write('back')
  await expect.poll(late.heard).toBe('back')
})

test('a delay holds each direction for that long, and keeps the order', async () => {
  const { line } = await echo()
  const { socket, heard } = await call(line)
  line.delay(60)
  const start = performance.now()
  for (const word of ['one ', 'two ', 'three']) socket.write(word)
  await expect.poll(heard, { interval: 2 }).toBe('one two three')
  expect(performance.now() - start).toBeGreaterThanOrEqual(115)
})

test.for([
  { which: ['up'] as const, server: '' },
  { which: ['down'] as const, server: 'hello' },
  { which: ['up', 'down'] as const, server: '' },
])('a line frozen $which stays open and delivers when it thaws', async ({ which, server }) => {
  const { line, heard } = await echo()
  const caller = await call(line)
  line.freeze(which)
  caller.socket.write('hello')
  await expect.poll(() => heard.join('')).toBe(server)
  const free = await Promise.race([caller.ended, new Promise((go) => setTimeout(go, 100, 'open'))])
  expect([free, caller.heard(), heard.join('')]).toEqual(['open', '', server])
  line.thaw()
  await expect.poll(caller.heard).toBe('hello')
})

test('who leaves a frozen line is not missed at its other end until it thaws', async () => {
  const { line, sockets } = await echo()
  const caller = await call(line)
  caller.socket.write('hello')
  await expect.poll(caller.heard).toBe('hello')
  line.freeze()
  caller.socket.destroy()
  await expect.poll(() => line.connections).toBe(0)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(sockets.size).toBe(1)
  line.thaw()
  await expect.poll(() => sockets.size).toBe(0)
})

test('connections that fell silent stay so, and new ones are carried', async () => {
  const { line, heard } = await echo()
  const early = await call(line)
  early.socket.write('early')
  await expect.poll(early.heard).toBe('early')
  line.silence()
  early.socket.write(' lost')
  const late = await call(line)
  late.socket.write('late')
  await expect.poll(late.heard).toBe('late')
  expect([heard.join(), early.heard()]).toEqual(['early,late', 'early'])
})

test('a watcher sees what passes before it arrives', async () => {
  const { line, heard } = await echo()
  const seen: string[] = []
  line.watch((direction, text) => seen.push(`${direction} ${text} ${heard.length}`))
  const caller = await call(line)
  caller.socket.write('a')
  await expect.poll(caller.heard).toBe('a')
  expect(seen).toEqual(['up a 0', 'down a 1'])
})
