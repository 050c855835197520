import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullJitterBackoff, type Random } from '../../src/index.ts'

const drawing = (value: number): Random => ({ next: () => value, uuid: () => '' })
const nearlyOne = 1 - 2 ** -53

describe('fullJitterBackoff', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [5, 16_000],
    [6, 30_000],
    [60, 30_000],
    [5_000, 30_000],
    [0, 1_000],
  ])('attempt %d waits at most %d ms', (attempt, most) => {
    expect(fullJitterBackoff({ attempt, random: drawing(nearlyOne) })).toBe(most)
    expect(fullJitterBackoff({ attempt, random: drawing(0.5) })).toBe(most / 2)
    expect(fullJitterBackoff({ attempt, random: drawing(0) })).toBe(0)
  })

  it.each([
    [5_000, 5_000],
    [0, 0],
    [-1, 0],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 86_400_000],
    [undefined, 0],
  ])('a server that asks for %s ms is left alone at least %d ms', (retryAfterMs, least) => {
    expect(fullJitterBackoff({ attempt: 1, random: drawing(0), retryAfterMs })).toBe(least)
    expect(fullJitterBackoff({ attempt: 1, random: drawing(nearlyOne), retryAfterMs })).toBe(least + 1_000)
  })

  it('is always a whole number that a timer can take', () => {
    const share = fc.double({ min: 0, max: nearlyOne, noNaN: true })
    fc.assert(
      fc.property(fc.integer(), share, fc.option(fc.double(), { nil: undefined }), (attempt, draw, retryAfterMs) => {
        const wait = fullJitterBackoff({ attempt, random: drawing(draw), retryAfterMs })
        expect(Number.isSafeInteger(wait)).toBe(true)
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(wait).toBeLessThan(2 ** 31)
      }),
    )
  })
})
