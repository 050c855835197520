// The clients, in a process of their own. Each of them has to see each change of each operation, in order.
import { setTimeout as wait } from 'node:timers/promises'
import { BareSocket } from '../support/bare-socket.ts'
import { answerParent } from '../support/child.ts'
import type { ClientsRead, ClientsRequest } from './protocol.ts'
import { ReceivedFrames } from './received-frames.ts'

/** Delays are counted in classes of a millisecond; the last holds all that are longer. */
const LONGEST_MS = 5000

interface Client {
  readonly socket: BareSocket
  /** The last change seen of each operation. */
  readonly seen: Int32Array
  received: number
  skipped: number
  lastAt: number
}

let clients: Client[] = []
let delays = new Int32Array(LONGEST_MS + 1)
let bytes = 0
let cpu = process.cpuUsage()

answerParent<ClientsRequest>(
  async (request) => {
    switch (request.ask) {
      case 'connect':
        clients = await connectAll(request)
        return clients.length
      case 'reset':
        return reset()
      case 'read':
        return await read(request.changes, request.withinMs)
    }
  },
  async () => {
    for (const { socket } of clients) socket.close()
  },
)

async function connectAll({ url, clients, ids }: Extract<ClientsRequest, { ask: 'connect' }>): Promise<Client[]> {
  const frames = new ReceivedFrames(ids)
  const connected: Client[] = []
  // One after the other: the first snapshots are not what is measured.
  for (let index = 0; index < clients; index += 1) connected.push(await connect(url, index, ids.length, frames))
  return connected
}

async function connect(url: string, index: number, operations: number, frames: ReceivedFrames): Promise<Client> {
  let greetings = 0
  let ready = () => {}
  const begun = new Promise<void>((resolve) => {
    ready = resolve
  })
  const onBytes = (message: Buffer) => {
    // welcome and snapshot
    if (greetings < 2) {
      greetings += 1
      if (greetings === 2) ready()
    } else take(client, frames, message)
  }
  const client: Client = {
    socket: new BareSocket(url, '/realtime', { onBytes }),
    seen: new Int32Array(operations),
    received: 0,
    skipped: 0,
    lastAt: 0,
  }
  await client.socket.opened
  const hello = { type: 'hello', protocol: 1, clientId: `durable-${index}`, topics: ['operations'] }
  client.socket.send(JSON.stringify(hello))
  await begun
  return client
}

function take(client: Client, frames: ReceivedFrames, message: Buffer): void {
  const now = performance.timeOrigin + performance.now()
  bytes += message.length
  const frame = frames.read(message)
  if (frame === null) return
  client.lastAt = now
  const { operations, numbers, calledAt } = frame
  for (let index = 0; index < operations.length; index += 1) {
    const operation = operations[index] as number
    const number = numbers[index] as number
    const steps = number - (client.seen[operation] as number)
    // What was seen before comes again after a reading from the database.
    if (steps <= 0) continue
    client.seen[operation] = number
    client.received += 1
    client.skipped += steps - 1
    const delay = Math.min(LONGEST_MS, Math.max(0, Math.ceil(now - (calledAt[index] as number))))
    delays[delay] = (delays[delay] as number) + 1
  }
}

function reset(): null {
  delays = new Int32Array(LONGEST_MS + 1)
  bytes = 0
  cpu = process.cpuUsage()
  for (const client of clients) {
    client.received = 0
    client.skipped = 0
  }
  return null
}

async function read(changes: number, withinMs: number): Promise<ClientsRead> {
  const until = performance.now() + withinMs
  while (performance.now() < until && clients.some(({ received, skipped }) => received + skipped < changes))
    await wait(5)
  const received = clients.map((client) => client.received)
  const { user, system } = process.cpuUsage(cpu)
  return {
    fewest: Math.min(...received),
    most: Math.max(...received),
    skipped: clients.reduce((sum, client) => sum + client.skipped, 0),
    bytes,
    p50: delayAt(0.5),
    p99: delayAt(0.99),
    worst: delayAt(1),
    completeAt: Math.max(...clients.map(({ lastAt }) => lastAt)),
    cpuSeconds: (user + system) / 1e6,
  }
}

function delayAt(share: number): number {
  const all = delays.reduce((sum, count) => sum + count, 0)
  let below = 0
  for (let delay = 0; delay <= LONGEST_MS; delay += 1) {
    below += delays[delay] as number
    if (below >= all * share) return delay
  }
  return LONGEST_MS
}
