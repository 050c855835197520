import { FakeClock } from '@syncwatch/testkit'
import { describe, expect, it } from 'vitest'
import { type Paced, Pacer } from '../src/session/pacer.ts'

class Sleeper implements Paced {
  readonly wokenAt: number[] = []

  paceReached(now: number): void {
    this.wokenAt.push(now)
  }
}

describe('GW-F11: waking sessions', () => {
  it('takes one timer for all who come due within 5 ms, and tells them one time', async () => {
    const clock = new FakeClock()
    const pacer = new Pacer(clock)
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
      new Pacer(clock).wakeAt(time, sleeper)
      await clock.advance(100)
      expect(sleeper.wokenAt[0]).toBeGreaterThanOrEqual(time)
      expect(sleeper.wokenAt[0]).toBeLessThan(time + 5)
    }
  })

  it('forgets one that changed its mind, and the timer with the last of them', async () => {
    const clock = new FakeClock()
    const pacer = new Pacer(clock)
    const [stays, goes] = [new Sleeper(), new Sleeper()]
    const cancels = [pacer.wakeAt(10, stays), pacer.wakeAt(10, goes), pacer.wakeAt(20, goes)]
    for (const cancel of cancels.slice(1)) cancel()
    expect(clock.pendingTimers).toBe(1)
    await clock.advance(50)
    expect([stays.wokenAt, goes.wokenAt]).toEqual([[10], []])
  })

  it('takes somebody again while it wakes others', async () => {
    const clock = new FakeClock()
    const pacer = new Pacer(clock)
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
