import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { createSyncClient } from '@syncwatch/client'
import { createTestDatabase, makeTempFolder, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { freePort, ServerProcess } from './support/server-process.ts'

const HANDSHAKES = 10_000
/** So many at once, which is less than a listening socket keeps waiting. */
const BATCH = 200
/** What one of them may cost the server. */
const MOST_BYTES_EACH = 24 * 1024
/** The server gives 15 s to say what is wanted, and looks every 5 s; the rest is for a busy machine. */
const CLOSED_WITHIN_MS = 60_000

const canHoldThem = (await openFilesAllowed()) > HANDSHAKES + 1_000

test.skipIf(!canHoldThem)(
  `${HANDSHAKES} handshakes that are never finished cost little, keep nobody out and end (skipped where so many files may not be open)`,
  async () => {
    const database = await createTestDatabase({ migrate: 'none' })
    onTestFinished(() => database.drop())
    const data = await makeTempFolder('data')
    onTestFinished(() => data.remove())
    const port = await freePort()
    const server = new ServerProcess(['--data', data.path], port, { DATABASE_URL: database.url })
    onTestFinished(() => server.end('SIGTERM'))
    await server.ready()
    const { pid } = JSON.parse(await readFile(`${data.path}/server.json`, 'utf8')) as { pid: number }
    const before = await memoryOf(pid)

    const open = new Set<Socket>()
    onTestFinished(() => {
      for (const socket of open) socket.destroy()
    })
    for (let begun = 0; begun < HANDSHAKES; begun += BATCH) await beginMany(port, open)
    const firstEndedBefore = HANDSHAKES - open.size
    const during = await memoryOf(pid)

    const client = createSyncClient({ url: server.url })
    onTestFinished(() => client.stop())
    client.start()
    await waitFor(() => client.getState().isLoaded, { what: 'an ordinary client to get in', timeoutMs: 20_000 })
    const { id } = await client.http.operations.create({ operation_type: 'upload' })
    await waitFor(() => client.getState().operations[id], { what: 'it to be told what is new' })

    await waitFor(() => open.size === 0, { what: 'all of them to be closed', timeoutMs: CLOSED_WITHIN_MS })
    console.log(`${((during - before) / HANDSHAKES).toFixed(0)} B a handshake, ${firstEndedBefore} ended meanwhile`)
    expect(during - before).toBeLessThan(HANDSHAKES * MOST_BYTES_EACH)
    expect(client.getState().connection.status).toBe('connected')
    expect(server.hasEnded).toBe(false)
  },
  240_000,
)

/** Every other one says nothing at all, the rest stop in the middle of what they want. */
async function beginMany(port: number, open: Set<Socket>): Promise<void> {
  const batch = Array.from({ length: BATCH }, async (_, index) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('error', () => {})
    socket.once('close', () => open.delete(socket))
    open.add(socket)
    await once(socket, 'connect')
    // The answer 408 has to be read, or the end of the connection is not seen.
    socket.resume()
    if (index % 2 === 0) socket.write('GET /realtime HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: webso')
  })
  await Promise.all(batch)
}

async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

/** How many files, and so connections, a process may have open here; none where nobody says. */
async function openFilesAllowed(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  return Number(/Max open files\s+\S+\s+(\d+)/.exec(limits)?.[1] ?? 0)
}
