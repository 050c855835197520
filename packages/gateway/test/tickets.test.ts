import { FakeClock } from '@syncwatch/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { createTickets, TICKET_LIFETIME_MS } from '../src/access/tickets.ts'

const OLD = 'the old secret, thirty-two bytes long'
const NEW = 'the new secret, thirty-two bytes long'
const ANN = { name: 'ann', role: 'editor' } as const

let clock: FakeClock
beforeEach(() => {
  clock = new FakeClock()
})

describe('GW-A1: tickets', () => {
  it('prove subject and role for thirty seconds, without a database', async () => {
    const tickets = createTickets({ secrets: [NEW], clock })
    const { ticket, expiresAt } = tickets.issue(ANN)
    expect(tickets.verify(ticket)).toMatchObject({ ...ANN, expiresAt: new Date(expiresAt) })
    await clock.advance(TICKET_LIFETIME_MS - 1)
    expect(tickets.verify(ticket)).toMatchObject(ANN)
    await clock.advance(1)
    expect(() => tickets.verify(ticket)).toThrowError(expect.objectContaining({ code: 'ticket_invalid' }))
  })

  it('each have a nonce of their own and fit into a subprotocol', () => {
    const tickets = createTickets({ secrets: [NEW], clock })
    const [first, second] = [tickets.issue(ANN).ticket, tickets.issue(ANN).ticket]
    expect(tickets.verify(first).nonce).not.toBe(tickets.verify(second).nonce)
    expect(`ticket.${first}`).toMatch(/^[A-Za-z0-9._-]+$/)
  })

  it('of a replaced secret stay good while it is still listed', () => {
    const { ticket } = createTickets({ secrets: [OLD], clock }).issue(ANN)
    expect(createTickets({ secrets: [NEW, OLD], clock }).verify(ticket)).toMatchObject(ANN)
    expect(() => createTickets({ secrets: [NEW], clock }).verify(ticket)).toThrow()
  })

  it('are refused with any character changed', () => {
    const tickets = createTickets({ secrets: [NEW], clock })
    const { ticket } = tickets.issue({ name: 'ann', role: 'viewer' })
    for (let place = 0; place < ticket.length; place++) {
      const changed = ticket[place] === 'A' ? 'B' : 'A'
      // The last character of a base64url text may carry unused bits, which decode to the same bytes.
      if (place === ticket.length - 1) continue
      expect(() => tickets.verify(ticket.slice(0, place) + changed + ticket.slice(place + 1))).toThrow()
    }
  })

  it.each(['', '.', '..', 'v1', 'v1..', 'v2.e30.AAAA', 'v1.e30.AAAA.AAAA', 'ü', 'x'.repeat(2000)])(
    'refuse %s by code',
    (text) => {
      const tickets = createTickets({ secrets: [NEW], clock })
      expect(() => tickets.verify(text)).toThrowError(expect.objectContaining({ code: 'ticket_invalid' }))
    },
  )

  it('ask for a secret that is long enough', () => {
    expect(() => createTickets({ secrets: ['short'], clock })).toThrowError(
      expect.objectContaining({ code: 'configuration_invalid' }),
    )
  })
})
