import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  estimateCompletion,
  estimatedCompletion,
  liveFigures,
  observeProgress,
  type ProgressRate,
  type ProgressSample,
  ratesOf,
  stalledSince,
} from '../../src/index.ts'

function observe(samples: readonly ProgressSample[]): ProgressRate {
  const [first, ...rest] = samples
  if (first === undefined) throw new Error('no samples')
  return rest.reduce<ProgressRate>(observeProgress, observeProgress(null, first))
}

/** Samples at a constant rate, `gaps` milliseconds apart. */
function steady(gaps: readonly number[], itemsPerSecond: number, phase: string | null = null): ProgressSample[] {
  let at = 0
  return [0, ...gaps].map((gap) => {
    at += gap
    return { at, items: Math.round((itemsPerSecond * at) / 1000), bytes: 0, phase }
  })
}

const every = (ms: number, times: number) => new Array<number>(times).fill(ms)

describe('rate', () => {
  it('is 0 before there is anything to go on', () => {
    expect(ratesOf(observe(steady([], 10)))).toEqual({ itemsPerSecond: 0, bytesPerSecond: 0 })
  })

  it('is right from the first interval on', () => {
    expect(ratesOf(observe(steady([100], 50))).itemsPerSecond).toBeCloseTo(50)
  })

  it('is within 5 % of a constant rate, whatever the intervals', () => {
    const gaps = fc.array(fc.integer({ min: 200, max: 5_000 }), { minLength: 5, maxLength: 60 })
    fc.assert(
      fc.property(gaps, fc.integer({ min: 200, max: 100_000 }), (gaps, itemsPerSecond) => {
        const measured = ratesOf(observe(steady(gaps, itemsPerSecond))).itemsPerSecond
        expect(Math.abs(measured / itemsPerSecond - 1)).toBeLessThan(0.05)
      }),
    )
  })

  it('follows a change: after one half-life half way, after five nearly all the way', () => {
    const slow = steady(every(100, 300), 10)
    const last = slow.at(-1) as ProgressSample
    const faster = (ms: number) =>
      every(100, ms / 100).map((_, i) => ({ ...last, at: last.at + (i + 1) * 100, items: last.items + (i + 1) * 10 }))
    expect(ratesOf(observe([...slow, ...faster(2_000)])).itemsPerSecond).toBeCloseTo(55, 0)
    expect(ratesOf(observe([...slow, ...faster(10_000)])).itemsPerSecond).toBeGreaterThan(96)
  })

  it('does not depend on how often it is sampled', () => {
    const coarse = ratesOf(observe(steady(every(1_000, 20), 40))).itemsPerSecond
    const fine = ratesOf(observe(steady(every(50, 400), 40))).itemsPerSecond
    expect(fine / coarse).toBeCloseTo(1, 2)
  })

  it('weighs one long interval like the short ones that it could have been', () => {
    const slow = steady(every(100, 300), 10)
    const last = slow.at(-1) as ProgressSample
    const long = { ...last, at: last.at + 2_000, items: last.items + 200 }
    expect(ratesOf(observe([...slow, long])).itemsPerSecond).toBeCloseTo(55, 0)
  })

  it('counts growth within one tick of the clock once time has passed', () => {
    const samples = [0, 0, 0, 1_000].map((at, i) => ({ at, items: i * 10, bytes: i, phase: null }))
    expect(ratesOf(observe(samples))).toEqual({ itemsPerSecond: 30, bytesPerSecond: 3 })
  })

  it('starts anew with a phase', () => {
    const listing = steady(every(100, 50), 10_000, 'listing')
    const last = listing.at(-1) as ProgressSample
    const copying = observe([
      ...listing,
      { ...last, at: last.at + 100, phase: 'copying' },
      { ...last, at: last.at + 1_100, items: last.items + 2, phase: 'copying' },
    ])
    expect(ratesOf(copying).itemsPerSecond).toBeCloseTo(2)
  })

  const sample = fc.record({
    at: fc.integer({ min: -10_000, max: 1_000_000 }),
    items: fc.oneof(fc.nat(1_000), fc.constant(Number.MAX_SAFE_INTEGER)),
    bytes: fc.maxSafeNat(),
    phase: fc.constantFrom('listing', 'copying', null),
  })
  const total = fc.option(fc.maxSafeNat())

  it('is never negative or no number, and no estimate lies in the past, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 1, maxLength: 40 }),
        total,
        total,
        fc.nat(60_000),
        (samples, items, bytes, late) => {
          const rate = observe(samples)
          const { itemsPerSecond, bytesPerSecond } = ratesOf(rate)
          for (const number of [itemsPerSecond, bytesPerSecond]) {
            expect(Number.isFinite(number)).toBe(true)
            expect(number).toBeGreaterThanOrEqual(0)
          }
          const now = rate.at + late
          const range = estimateCompletion(rate, { items, bytes }, now)
          if (range !== null) {
            expect(range.low).toBeGreaterThanOrEqual(now)
            expect(range.high).toBeGreaterThanOrEqual(range.low)
            expect(stalledSince(rate, now)).toBeNull()
            expect(() => liveFigures(rate, { items, bytes }, now)).not.toThrow()
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('estimateCompletion', () => {
  const running = observe(steady(every(500, 20), 10))
  const totals = { items: 200, bytes: null }

  it('holds the truth at a constant rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 80 }), fc.integer({ min: 20, max: 1_000 }), (samples, itemsPerSecond) => {
        const rate = observe(steady(every(500, samples), itemsPerSecond))
        const items = rate.totalItems + itemsPerSecond * 60
        const range = estimateCompletion(rate, { items, bytes: null }, rate.at)
        const truth = rate.at + 60_000
        expect(range?.low).toBeLessThanOrEqual(truth)
        expect(range?.high).toBeGreaterThanOrEqual(truth)
        expect((range?.high ?? 0) - (range?.low ?? 0)).toBeLessThan(20_000)
      }),
    )
  })

  it('never lies in the past, however late it is asked for', () => {
    const now = running.at + 10_000
    const range = estimateCompletion(running, { items: running.totalItems + 10, bytes: null }, now)
    expect(range).toEqual({ low: now, high: now })
  })

  it('is wider where the rate is uneven', () => {
    const uneven = observe(
      every(500, 20).map((gap, i) => ({ at: i * gap, items: Math.floor(i / 4) * 20, bytes: 0, phase: null })),
    )
    const width = (rate: ProgressRate) => {
      const range = estimateCompletion(rate, { items: rate.totalItems + 600, bytes: null }, rate.at)
      return (range?.high ?? 0) - (range?.low ?? 0)
    }
    expect(width(uneven)).toBeGreaterThan(2 * width(running))
  })

  it('holds both answers where items and bytes disagree', () => {
    const rate = observe(every(500, 20).map((gap, i) => ({ at: i * gap, items: i * 5, bytes: i * 100, phase: null })))
    const of = (items: number | null, bytes: number | null) => estimateCompletion(rate, { items, bytes }, rate.at)
    expect(of(1_000, 3_000)).toEqual({ low: of(null, 3_000)?.low, high: of(1_000, null)?.high })
  })

  it.each([
    ['no total is known', running, { items: null, bytes: null }, running.at],
    ['nothing is left', running, { items: running.totalItems, bytes: null }, running.at],
    ['too few advances', observe(steady(every(2_000, 3), 10)), totals, 6_000],
    ['too short a time', observe(steady(every(100, 29), 100)), { items: 10_000, bytes: null }, 2_900],
    ['a week away', running, { items: 100_000_000, bytes: null }, running.at],
    ['stalled', running, totals, running.at + 15_001],
  ])('is withheld: %s', (_, rate, totals, now) => {
    expect(estimateCompletion(rate, totals, now)).toBeNull()
  })

  it('appears with the fourth advance after three seconds', () => {
    expect(estimateCompletion(observe(steady(every(750, 4), 10)), totals, 3_000)).not.toBeNull()
  })
})

describe('stalledSince', () => {
  it('is the last growth, once 15 s have passed without', () => {
    const rate = observe(steady(every(500, 20), 10))
    expect(stalledSince(rate, 25_000)).toBeNull()
    expect(stalledSince(rate, 25_001)).toBe(10_000)
  })

  it('is not ended by samples that bring nothing', () => {
    const rate = observe(steady(every(500, 20), 10))
    const same = observeProgress(rate, { at: 40_000, items: rate.totalItems, bytes: 0, phase: null })
    expect(stalledSince(same, 40_000)).toBe(10_000)
    const on = observeProgress(same, { at: 41_000, items: rate.totalItems + 1, bytes: 0, phase: null })
    expect(stalledSince(on, 41_000)).toBeNull()
  })

  it('waits longer for slow work, and never longer than two minutes', () => {
    const slow = observe(steady(every(10_000, 20), 1))
    expect(stalledSince(slow, slow.at + 60_000)).toBeNull()
    expect(stalledSince(slow, slow.at + 60_001)).toBe(slow.at)
    const slowest = observe(steady(every(600_000, 5), 1))
    expect(stalledSince(slowest, slowest.at + 120_001)).toBe(slowest.at)
  })
})

describe('liveFigures', () => {
  const rate = observe(steady(every(500, 20), 10))

  it('gives a row its rates and the range as ISO times', () => {
    const figures = liveFigures(rate, { items: 200, bytes: null }, rate.at)
    expect(figures).toMatchObject({ items_per_second: 10, bytes_per_second: 0, stalled_since: null })
    const middle = Date.parse(estimatedCompletion(figures) ?? '')
    expect(Math.abs(middle - 20_000)).toBeLessThan(500)
  })

  it('says stalled instead of a rate', () => {
    const figures = liveFigures(rate, { items: 200, bytes: null }, 60_000)
    expect(figures).toEqual({
      items_per_second: 0,
      bytes_per_second: 0,
      eta_low: null,
      eta_high: null,
      stalled_since: '1970-01-01T00:00:10.000Z',
    })
    expect(estimatedCompletion(figures)).toBeNull()
  })
})
