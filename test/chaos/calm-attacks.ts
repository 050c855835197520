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
    const used = await getIn(port)
    for (const again of ports)
      if ((await show(again, used)).wasWelcome) wrong.push(`a ticket was good twice, the second time at port ${again}`)
  }
  const raced = tickets.issue({ name: 'owner', role: 'viewer' }).ticket
  const welcomes = (await Promise.all(ports.map((port) => show(port, raced)))).filter(
    ({ wasWelcome }) => wasWelcome,
  ).length
  if (welcomes !== 1) wrong.push(`a ticket that was shown at two nodes at once was good ${welcomes} times`)
  return wrong
}

/** A node that has just got its database back may send people away for a moment; they come again with another ticket. */
async function getIn(port: number): Promise<string> {
  let ticket = ''
  let said = ''
  const isIn = async () => {
    ticket = tickets.issue({ name: 'owner', role: 'viewer' }).ticket
    const session = await show(port, ticket)
    said = session.received.slice(-300)
    return session.wasWelcome
  }
  await waitFor(isIn, { what: 'a good ticket to be taken', timeoutMs: PATIENCE_MS, intervalMs: 100 }).catch((error) => {
    throw new Error(`${(error as Error).message} (${said})`)
  })
  return ticket
}

async function show(port: number, ticket: string): Promise<RawSession> {
  const session = new RawSession(port)
  session.upgrade()
  session.hello(ticket)
  const late = setTimeout(() => session.socket.destroy(), PATIENCE_MS)
  await session.settled()
  clearTimeout(late)
  session.socket.destroy()
  return session
}

/**
 * Asks for more and more, says something all the time, so that it counts as alive, and reads nothing. `waiting` tells how many
 * bytes the node holds for whoever it holds most for. Gives what was wrong.
 */
export async function neverRead(port: number, waiting: () => Promise<number>): Promise<string[]> {
  const session = new RawSession(port)
  session.upgrade()
  session.hello(tickets.issue({ name: 'deaf', role: 'viewer' }).ticket, `deaf-${randomUUID()}`)
  await Promise.race([session.settled(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
  if (!session.wasWelcome) return [`a client that does not read yet was refused: ${session.received.slice(-300)}`]
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
