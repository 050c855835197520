import fc from 'fast-check'
import { expect, it } from 'vitest'
import { step } from '../src/connection/connection-machine.ts'
import { deadlineOf } from '../src/connection/deadline-of.ts'
import type { MachineEvent } from '../src/connection/machine-event.ts'
import { initialMachineState, type MachineState } from '../src/connection/machine-state.ts'
import { presentConnection } from '../src/connection/present-connection.ts'

const plain = [
  'start',
  'stop',
  'retry-now',
  'opened',
  'ready',
  'pong',
  'reopen',
  'time',
  'woke',
  'online',
  'offline',
  'visible',
  'hidden',
  'pagehide',
  'pageshow',
] as const
const event: fc.Arbitrary<MachineEvent> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...plain).map((type): MachineEvent => ({ type })) },
  {
    weight: 3,
    arbitrary: fc.option(fc.nat(60_000), { nil: undefined }).map(
      (retryAfterMs): MachineEvent => ({
        type: 'closed',
        reason: { code: 'server_unreachable', message: '', ...(retryAfterMs !== undefined && { retryAfterMs }) },
      }),
    ),
  },
  { weight: 1, arbitrary: fc.constant<MachineEvent>({ type: 'refused', code: 'unauthorized', message: '' }) },
)

/** What runs the machine, boiled down: whether a session is open. */
class Host {
  isOpen = false

  obey(effects: readonly { type: string }[]): void {
    for (const { type } of effects) {
      if (type === 'open') expect(this.isOpen).toBe(false)
      if (type === 'ping' || type === 'pace') expect(this.isOpen).toBe(true)
      if (type === 'open') this.isOpen = true
      if (type === 'close') this.isOpen = false
    }
  }
}

it('CL-11 whatever happens, exactly the states with a session have one, and none of them waits for ever', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.nat(20_000), fc.double({ min: 0, max: 0.999, noNaN: true })), { maxLength: 60 }),
      (run) => {
        let state: MachineState = initialMachineState({
          transports: ['websocket', 'sse'],
          isOnline: true,
          isVisible: true,
        })
        const host = new Host()
        let now = 0
        for (const [next, pause, draw] of run) {
          now += pause
          if (next.type === 'closed') host.isOpen = false
          const before = state
          const result = step(state, next, { now, random: { next: () => draw, uuid: () => '' } })
          state = result.state
          // A session that ended by itself needs no closing where the machine had none.
          if (next.type === 'closed') host.isOpen = before.name === state.name && hasSession(before)
          host.obey(result.effects)
          expect(host.isOpen).toBe(hasSession(state))
          const deadline = deadlineOf(state, now)
          const sleepsForGood =
            state.name === 'idle' || state.name === 'error' || (state.name === 'paused' && state.retryAt === null)
          if (!sleepsForGood) expect(deadline).toBeLessThan(Number.POSITIVE_INFINITY)
          const shown = presentConnection(state, { wall: now, monotonic: now })
          expect(shown.status === 'connected').toBe(
            state.name === 'connected' || (state.name === 'connecting' && state.isPlanned),
          )
          if (shown.status === 'connected') expect(shown.isLost).toBe(false)
        }
      },
    ),
    { numRuns: 500 },
  )
})

it('CL-15 whatever happened before, a shown page with a server that answers is connected in time, unless it ended for good', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(event, fc.nat(20_000), fc.double({ min: 0, max: 0.999, noNaN: true })), { maxLength: 60 }),
      (run) => {
        let state: MachineState = initialMachineState({
          transports: ['websocket', 'sse'],
          isOnline: true,
          isVisible: true,
        })
        let now = 0
        const take = (next: MachineEvent, draw = 0.5) => {
          const result = step(state, next, { now, random: { next: () => draw, uuid: () => '' } })
          state = result.state
          return result.effects.some(({ type }) => type === 'open')
        }
        for (const [next, pause, draw] of run) {
          now += pause
          take(next, draw)
        }
        if (state.name === 'idle' || state.name === 'error') return
        for (const type of ['online', 'pageshow', 'visible'] as const) take({ type })
        // The longest wait that a server asked for, the longest of our own, and one attempt that was under way with nobody there.
        const latest = now + 60_000 + 30_000 + 10_000
        while (state.name !== 'connected' && now <= latest) {
          now = Math.max(now + 100, deadlineOf(state, now))
          // An attempt that begins now is welcome; one from before is never answered.
          if (take({ type: 'time' })) for (const type of ['opened', 'ready'] as const) take({ type })
        }
        expect([state.name, now <= latest]).toEqual(['connected', true])
      },
    ),
    { numRuns: 500 },
  )
})

function hasSession(state: MachineState): boolean {
  return state.name === 'connecting' || state.name === 'connected'
}
