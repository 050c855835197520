import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { TcpProxy, waitFor } from '@syncwatch/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'

let echo: Server
let proxy: TcpProxy
const sockets = new Set<Socket>()
let received = 0

beforeEach(async () => {
  received = 0
  echo = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      received += chunk.length
      socket.write(chunk)
    })
  }).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  proxy = await TcpProxy.start({ port: (echo.address() as { port: number }).port })
})

afterEach(async () => {
  await proxy.close()
  for (const socket of sockets) socket.destroy()
  echo.close()
})

async function dial(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

async function ask(socket: Socket, text: string): Promise<string> {
  const answer = once(socket, 'data')
  socket.write(text)
  return String((await answer)[0])
}

/** Not `once`, which would reject at the reset that comes before the close. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

test('forwards both ways and closes with its peers', async () => {
  const socket = await dial()
  expect(await ask(socket, 'hello')).toBe('hello')
  socket.destroy()
  await waitFor(() => proxy.connections === 0, { what: 'the proxy to let go' })
})

test('cut resets open connections and accepts new ones', async () => {
  const socket = await dial()
  await ask(socket, 'a')
  const closed = closing(socket)
  proxy.cut()
  await closed
  expect(await ask(await dial(), 'b')).toBe('b')
})

test('refuse gives ECONNREFUSED, restore listens on the same port', async () => {
  const { port } = proxy
  await proxy.refuse()
  await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await proxy.restore()
  expect(proxy.port).toBe(port)
  expect(await ask(await dial(), 'c')).toBe('c')
})

test('silent downwards: the server hears, the client gets nothing, no one is closed', async () => {
  const socket = await dial()
  await ask(socket, 'd')
  let answers = 0
  socket.on('data', () => answers++)
  proxy.silence('down')
  socket.write('efg')
  await waitFor(() => received === 4, { what: 'the server to hear' })
  expect([answers, socket.destroyed, proxy.connections]).toEqual([0, false, 1])
  const closed = closing(socket)
  await proxy.restore()
  await closed
  expect(await ask(await dial(), 'h')).toBe('h')
})

test('delay holds back and keeps the order', async () => {
  const socket = await dial()
  proxy.delay(30)
  const begin = performance.now()
  expect(await ask(socket, 'slow')).toBe('slow')
  expect(performance.now() - begin).toBeGreaterThanOrEqual(55)
})

test('cutAfter lets so many bytes more come down, and then the end', async () => {
  const socket = await dial()
  await ask(socket, 'i')
  let came = ''
  socket.on('data', (chunk) => {
    came += chunk
  })
  const closed = closing(socket)
  proxy.cutAfter(5)
  socket.write('abc')
  await waitFor(() => came === 'abc', { what: 'the first three' })
  socket.write('defgh')
  await closed
  expect(came).toBe('abcde')
  expect(await ask(await dial(), 'j')).toBe('j')
})

test('a target that is a function is asked for each connection', async () => {
  const { port } = echo.address() as { port: number }
  let asked = 0
  await using chooser = await TcpProxy.start(() => {
    asked += 1
    return { port }
  })
  for (const word of ['k', 'l']) {
    const socket = connect(chooser.port, '127.0.0.1')
    socket.on('error', () => {})
    expect(await ask(socket, word)).toBe(word)
    socket.destroy()
  }
  expect(asked).toBe(2)
})
