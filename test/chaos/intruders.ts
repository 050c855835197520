import { randomBytes } from 'node:crypto'
import { systemClock } from '@syncwatch/core'
import { createTickets, type Tickets } from '@syncwatch/gateway'
import { TICKET_SECRET } from './node-protocol.ts'
import { fragmentsOf, helloWith, RawSession, textFrame } from './raw-session.ts'
import type { IntruderManner } from './schedule.ts'

const HALF_OPEN = 20
const clock = systemClock()
const tickets = createTickets({ secrets: [TICKET_SECRET], clock })
/** A minute behind, so that what it signs has run out. */
const late = createTickets({
  secrets: [TICKET_SECRET],
  clock: { ...clock, now: () => clock.now() - 60_000, monotonic: clock.monotonic, setTimeout: clock.setTimeout },
})
const forger = createTickets({ secrets: ['a secret that nobody here has heard of'], clock })

/** Somebody who means no good, or whose program is broken. */
export interface Intruder {
  readonly manner: IntruderManner
  readonly sessions: readonly RawSession[]
  /** Whether a node has to end these by itself; one that never reads does not notice its end. */
  readonly mustEnd: boolean
  /** Why it was wrong of the nodes to treat them as they did; null where it was right. */
  judge(): string | null
}

/** Sets about it. `port` is where the node is, `other` where another one is. */
export async function intrude(manner: IntruderManner, port: number, other: number): Promise<Intruder> {
  switch (manner) {
    case 'never-reads':
      return neverReads(port)
    case 'garbage':
      return withOne(manner, port, ({ socket }) => socket.write(randomBytes(3_000)))
    case 'bad-frames':
      return upgraded(manner, port, ({ socket }) => socket.write(randomBytes(3_000)))
    case 'flood':
      return upgraded(manner, port, ({ socket }) => {
        for (let index = 0; index < 400; index += 1) socket.write(textFrame(`{"type":"ping","t":${index}}`))
      })
    case 'oversized':
      return upgraded(manner, port, ({ socket }) => socket.write(textFrame('x'.repeat(70_000))))
    case 'fragments':
      return upgraded(manner, port, ({ socket }) => socket.write(Buffer.concat(fragmentsOf('x'.repeat(400), 1))))
    case 'trickle':
      return trickle(port)
    case 'expired':
      return withTicket(manner, port, late)
    case 'forged':
      return withTicket(manner, port, forger)
    case 'replayed':
      return await replayed(port, other)
    case 'half-open':
      return halfOpen(port)
  }
}

function newTicket(from: Tickets = tickets): string {
  return from.issue({ name: 'intruder', role: 'viewer' }).ticket
}

function withOne(manner: IntruderManner, port: number, act: (session: RawSession) => void): Intruder {
  const session = new RawSession(port)
  act(session)
  return { manner, sessions: [session], mustEnd: true, judge: () => null }
}

/** Gets in as it should, and then misbehaves. */
function upgraded(manner: IntruderManner, port: number, act: (session: RawSession) => void): Intruder {
  return withOne(manner, port, (session) => {
    session.upgrade()
    session.hello(newTicket())
    act(session)
  })
}

function withTicket(manner: IntruderManner, port: number, from: Tickets): Intruder {
  const intruder = withOne(manner, port, (session) => {
    session.upgrade()
    session.hello(newTicket(from))
  })
  return { ...intruder, judge: () => letIn(manner, intruder.sessions[0]) }
}

/** The ticket of somebody who was let in, shown again at another node. */
async function replayed(port: number, other: number): Promise<Intruder> {
  const [first, thief] = [new RawSession(port), new RawSession(other)]
  const ticket = newTicket()
  first.upgrade()
  first.hello(ticket)
  await Promise.race([first.settled(), new Promise((resolve) => setTimeout(resolve, 2_000))])
  const wasFirst = first.wasWelcome
  first.socket.destroy()
  thief.upgrade()
  // A ticket that nobody was let in by may still be good.
  if (wasFirst) thief.hello(ticket)
  return {
    manner: 'replayed',
    sessions: [thief],
    mustEnd: true,
    judge: () => letIn('replayed', thief),
  }
}

function letIn(manner: IntruderManner, session: RawSession | undefined): string | null {
  return session?.wasWelcome ? `somebody was let in with a ticket that is ${manner}` : null
}

/** Asks for more and more and reads nothing. */
function neverReads(port: number): Intruder {
  const session = new RawSession(port)
  session.upgrade()
  session.hello(newTicket())
  session.socket.pause()
  for (let index = 0; index < 15; index += 1) session.say({ type: 'subscribe', topic: 'operations' })
  return { manner: 'never-reads', sessions: [session], mustEnd: false, judge: () => null }
}

/** A proper hello, in the smallest pieces there are. */
function trickle(port: number): Intruder {
  const session = new RawSession(port)
  session.socket.setNoDelay(true)
  session.upgrade()
  for (const piece of fragmentsOf(JSON.stringify(helloWith(newTicket())), 2)) {
    session.socket.write(piece.subarray(0, 3))
    session.socket.write(piece.subarray(3))
  }
  return { manner: 'trickle', sessions: [session], mustEnd: false, judge: () => null }
}

function halfOpen(port: number): Intruder {
  const sessions = Array.from({ length: HALF_OPEN }, () => new RawSession(port))
  for (const { socket } of sessions) socket.write('GET /realtime HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upg')
  return { manner: 'half-open', sessions, mustEnd: true, judge: () => null }
}
