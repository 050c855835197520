// A process with a thousand real clients: our own machine, with its backoff and its jitter, and a ticket for each attempt.
import { createSyncClient, type SyncClient } from '@syncwatch/client'
import { systemClock } from '@syncwatch/core'
import { createTickets } from '@syncwatch/gateway'
import { WebSocket } from 'ws'
import { answerParent } from '../support/child.ts'
import type { HerdRequest } from './protocol.ts'

const clients: SyncClient[] = []

answerParent<HerdRequest>(
  async (request) => {
    if (request.ask === 'connect') return await connect(request)
    return await Promise.all(clients.map((client) => whenConsistent(client, request.revisions)))
  },
  async () => {
    for (const client of clients) client.stop()
  },
)

async function connect({ url, secret, count }: Extract<HerdRequest, { ask: 'connect' }>): Promise<number> {
  const tickets = createTickets({ secrets: [secret], clock: systemClock() })
  const getTicket = async () => tickets.issue({ name: 'bench', role: 'viewer' }).ticket
  for (let index = 0; index < count; index += 1) {
    const client = createSyncClient({
      url,
      clientId: `herd-${process.pid}-${index}`,
      WebSocket: WebSocket as never,
      getTicket,
    })
    clients.push(client)
    client.start()
    if (index % 100 === 99) await Promise.all(clients.slice(-100).map(whenLoaded))
  }
  await Promise.all(clients.map(whenLoaded))
  return clients.length
}

const whenLoaded = (client: SyncClient) => until(client, () => client.getState().isLoaded)

/** When the client is connected and holds every operation at this revision or a later one. */
async function whenConsistent(client: SyncClient, revisions: Record<string, number>): Promise<number> {
  await until(client, () => {
    const { operations } = client.getState()
    return Object.entries(revisions).every(([id, rev]) => (operations[id]?.rev ?? 0) >= rev)
  })
  return performance.timeOrigin + performance.now()
}

async function until(client: SyncClient, holds: () => boolean): Promise<void> {
  if (holds()) return
  await new Promise<void>((resolve) => {
    const stop = client.subscribe(() => {
      if (!holds()) return
      stop()
      resolve()
    })
  })
}
