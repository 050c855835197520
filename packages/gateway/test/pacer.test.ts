import { FakeClock } from '@syncwatch/testkit'
import { describe, expect, it } from 'vitest'
import { type Paced, Pacer } from '../src/session/pacer.ts'

const LIMITS = { paceMs: 20, busyPaceMs: 50 }

class Sleeper implements Paced {
  readonly wokenAt: number[] = []

  paceReached(now: number): void {
    this.wokenAt.push(now)
  }
}

describe('GW-F11: waking sessions', () => {
  it('takes one timer for all who come due within 5 ms, and tells them one time', async () => {
    const clock = new FakeClock()
    const pacer = new Pacer(clock, LIMITS)
    const sleepers = Array.from({ length: 1000 }, () => new Sleeper())
    for (const [place, sleeper] of sleepers.entries()) pacer.wakeAt(46 + (place % 5), sleeper)
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(49)
    expect(sleepers.every(({ wokenAt }) => wokenAt.length === 0)).toBe(true)
    await clock.advance(1)
    expect(sleepers.every(({ wokenAt }) => wokenAt.join() === '50')).toBe(true)
    expect(clock.pendingTimers).toBe(0)
  })

  it('never wakes anybody before the time, nor later than 5 ms after', async () => {
    for (const time of [0.1, 3, 5, 7.5, 49.9, 50, 50.1]) {
      const clock = new FakeClock()
      const sleeper = new Sleeper()
      new Pacer(clock, LIMITS).wakeAt(time, sleeper)
      await clock.advance(100)
      expect(sleeper.wokenAt[0]).toBeGreaterThanOrEqual(time)
      expect(sleeper.wokenAt[0]).toBeLessThan(time + 5)
    }
  })

  it('forgets one that changed its mind, and the timer with the last of them', async () => {
    const clock = new FakeClock()
    const pacer = new Pacer(clock, LIMITS)
    const [stays, goes] = [new Sleeper(), new Sleeper()]
    const cancels = [pacer.wakeAt(10, stays), pacer.wakeAt(10, goes), pacer.wakeAt(20, goes)]
    for (const cancel of cancels.slice(1)) cancel()
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(50)
    expect([stays.wokenAt, goes.wokenAt]).toEqual([[10], []])
  })

  it('takes somebody again while it wakes others', async () => {
    const clock = new FakeClock()
    const pacer = new Pacer(clock, LIMITS)
    const wokenAt: number[] = []
    const again: Paced = {
      paceReached: (now) => {
        wokenAt.push(now)
        if (wokenAt.length < 3) pacer.wakeAt(now + 50, again)
      },
    }
    pacer.wakeAt(50, again)
    await clock.advance(500)
    expect(wokenAt).toEqual([50, 100, 150])
  })
})

/** A pacer whose turns take a millisecond of the clock. */
function pacerOf(clock: FakeClock): Pacer {
  return new Pacer(clock, LIMITS, (callback) => clock.setTimeout(callback, 1).cancel)
}

/** Each call of one of these takes the clock a while, as sending does. */
function busySenders(clock: FakeClock, count: number, milliseconds: number) {
  const calls: { member: number; at: number; now: number }[] = []
  const members = Array.from(
    { length: count },
    (_, member): Paced => ({
      paceReached: (now) => {
        calls.push({ member, at: clock.monotonic(), now })
        clock.spend(milliseconds)
      },
    }),
  )
  return { calls, members }
}

describe('GW-F12: sending to many', () => {
  it('is done in slices of 5 ms, everybody in turn, with room for other work in between', async () => {
    const clock = new FakeClock()
    const pacer = pacerOf(clock)
    const { calls, members } = busySenders(clock, 12, 1)
    for (const member of members) pacer.inTurn(member, pacer.now())
    expect(calls.map(({ member }) => member)).toEqual([0, 1, 2, 3, 4])
    await clock.advance(20)
    expect(calls.map(({ member }) => member)).toEqual(members.map((_, place) => place))
    expect(calls.slice(5).map(({ now }) => now)).toEqual([6, 6, 6, 6, 6, 12, 12])
    expect(clock.pendingTimers).toBe(0)
  })

  it('is done in slices of 1 ms while it takes most of the time', async () => {
    const clock = new FakeClock()
    const pacer = pacerOf(clock)
    for (const { members } of Array.from({ length: 100 }, () => busySenders(clock, 1, 60))) {
      pacer.inTurn(members[0] as Paced, pacer.now())
      await clock.advance(10)
    }
    const { calls, members } = busySenders(clock, 6, 0.5)
    for (const member of members) pacer.inTurn(member, pacer.now())
    expect(calls.map(({ member }) => member)).toEqual([0, 1])
    await clock.advance(20)
    const [first, second] = [calls[2]?.now, calls[4]?.now]
    expect(calls.slice(2).map(({ now }) => now)).toEqual([first, first, second, second])
  })

  it('lets nobody overtake those who wait for their turn, and begins at once after a pause', async () => {
    const clock = new FakeClock()
    const pacer = pacerOf(clock)
    const { calls, members } = busySenders(clock, 7, 3)
    for (const member of members.slice(0, 6)) pacer.inTurn(member, pacer.now())
    expect(pacer.inTurn(members[6] as Paced, pacer.now())).not.toBeNull()
    await clock.advance(50)
    expect(calls.map(({ member }) => member)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(pacer.inTurn(members[0] as Paced, pacer.now())).toBeNull()
  })

  it('forgets who leaves while it waits for its turn', async () => {
    const clock = new FakeClock()
    const pacer = pacerOf(clock)
    const { calls, members } = busySenders(clock, 4, 5)
    const cancels = members.map((member) => pacer.inTurn(member, pacer.now()))
    cancels[2]?.()
    await clock.advance(50)
    expect(calls.map(({ member }) => member)).toEqual([0, 1, 3])
    pacer.inTurn(members[0] as Paced, pacer.now())
    pacer.inTurn(members[1] as Paced, pacer.now())?.()
    expect(clock.pendingTimers).toBe(0)
  })
})

describe('GW-F3: the pace', () => {
  /** Sends a round of so many milliseconds as often as the pace allows. */
  async function rounds(pacer: Pacer, clock: FakeClock, milliseconds: number): Promise<number> {
    const { members } = busySenders(clock, 1, milliseconds)
    for (let round = 0; round < 100; round += 1) {
      pacer.inTurn(members[0] as Paced, pacer.now())
      await clock.advance(Math.max(1, pacer.paceMs - milliseconds))
    }
    return pacer.paceMs
  }

  it.each([
    ['a little', 2, 20],
    ['half of the time', 15, 30],
    ['more than there is', 60, 50],
  ])('where sending takes %s', async (_, milliseconds, expected) => {
    const clock = new FakeClock()
    const pacer = pacerOf(clock)
    expect(pacer.paceMs).toBe(20)
    const pace = await rounds(pacer, clock, milliseconds)
    expect(pace).toBeGreaterThanOrEqual(expected - 2)
    expect(pace).toBeLessThanOrEqual(expected + 2)
  })

  it('is quick again when there is less to send', async () => {
    const clock = new FakeClock()
    const pacer = pacerOf(clock)
    await rounds(pacer, clock, 60)
    expect(await rounds(pacer, clock, 1)).toBe(20)
  })
})
