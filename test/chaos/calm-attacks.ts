import { randomUUID } from 'node:crypto'
import { systemClock } from '@syncwatch/core'
import { createTickets } from '@syncwatch/gateway'
import { waitFor } from '@syncwatch/testkit'
import { SLOW_MS, TICKET_SECRET } from './node-protocol.ts'
import { RawSession } from './raw-session.ts'

/** On a bad day a node may turn anybody away; once all is well, what it does is its own doing. */
const PATIENCE_MS = 20_000
/** What it asks for at once: more than the buffers of any kernel hold, and no more than a client may say. */
const ASKED_AT_ONCE = 50
const ASKED_EVERY_MS = 80
/** What may wait for one client: the bound of the gateway, and the frame that went beyond it. */
export const MOST_WAITING_BYTES = 2 * 2 ** 20

const tickets = createTickets({ secrets: [TICKET_SECRET], clock: systemClock() })

/** Shows good tickets, and each of them again: after its use at either node, and at both in the same moment. Gives what was wrong. */
export async function replayTickets(ports: readonly [number, number]): Promise<string[]> {
  const wrong: string[] = []
  for (const port of ports) {
    const { session, ticket } = await getIn(port)
    session.socket.destroy()
    for (const again of ports)
      if (await isGood(again, ticket)) wrong.push(`a ticket was good twice, the second time at port ${again}`)
  }
  const raced = tickets.issue({ name: 'owner', role: 'viewer' }).ticket
  const welcomes = (await Promise.all(ports.map((port) => isGood(port, raced)))).filter(Boolean).length
  if (welcomes !== 1) wrong.push(`a ticket that was shown at two nodes at once was good ${welcomes} times`)
  return wrong
}

/**
 * With a good ticket, and comes again with another while it is sent away: by a node that has just got its database back, or by
 * one that had no time to read what it said, on a machine that is busy.
 */
async function getIn(port: number, clientId?: string): Promise<{ session: RawSession; ticket: string }> {
  let said = ''
  const comeIn = async () => {
    const { ticket } = tickets.issue({ name: 'owner', role: 'viewer' })
    const session = await show(port, ticket, clientId)
    if (session.wasWelcome) return { session, ticket }
    said = session.received.slice(-300)
    session.socket.destroy()
    return null
  }
  try {
    return await waitFor(comeIn, { what: 'a good ticket to be taken', timeoutMs: PATIENCE_MS, intervalMs: 100 })
  } catch (error) {
    throw new Error(`${(error as Error).message} (${said})`, { cause: error })
  }
}

async function show(port: number, ticket: string, clientId?: string): Promise<RawSession> {
  const session = new RawSession(port)
  session.upgrade()
  session.hello(ticket, clientId)
  const late = setTimeout(() => session.socket.destroy(), PATIENCE_MS)
  await session.settled()
  clearTimeout(late)
  return session
}

async function isGood(port: number, ticket: string): Promise<boolean> {
  const session = await show(port, ticket)
  session.socket.destroy()
  return session.wasWelcome
}

/**
 * Asks for more and more, says something all the time, so that it counts as alive, and reads nothing. `waiting` tells how many
 * bytes the node holds for whoever it holds most for. Gives what was wrong.
 */
export async function neverRead(port: number, waiting: () => Promise<number>): Promise<string[]> {
  const { session } = await getIn(port, `deaf-${randomUUID()}`)
  session.socket.pause()
  const ask = () => session.say({ type: 'subscribe', topic: 'operations' })
  for (let asked = 0; asked < ASKED_AT_ONCE; asked += 1) ask()
  // Only by saying something does it find out that nobody listens any more.
  const asking = setInterval(ask, ASKED_EVERY_MS)
  let most = 0
  try {
    await waitFor(
      async () => {
        most = Math.max(most, await waiting())
        return session.hasEnded
      },
      { what: 'its end', timeoutMs: SLOW_MS + PATIENCE_MS, intervalMs: 20 },
    )
  } catch {
    return [`a client that never reads was kept, with ${most} bytes waiting for it`]
  } finally {
    clearInterval(asking)
    session.socket.destroy()
  }
  return most > MOST_WAITING_BYTES ? [`${most} bytes waited for a client that never reads`] : []
}
