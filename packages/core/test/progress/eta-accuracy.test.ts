import { describe, expect, it } from 'vitest'
import { estimateCompletion, observeProgress, type ProgressRate } from '../../src/index.ts'

const SAMPLE_MS = 250

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

/** When each of some items is done, in ms: log-normal durations of 150 ms on average, `slowing` times longer at the end. */
function workload(next: () => number, sigma: number, slowing: number): number[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  const count = 50 + Math.floor(next() * 500)
  let at = 0
  return Array.from({ length: count }, (_, i) => {
    at += 150 * Math.exp(sigma * normal() - sigma ** 2 / 2) * (1 + ((slowing - 1) * i) / count)
    return at
  })
}

/** How often the truth lay in the range, how far off its middle was (median, as a share of what was left), how often there was none. */
function measure(sigma: number, slowing: number) {
  const next = seeded(7)
  const errors: number[] = []
  let inside = 0
  let asked = 0
  for (let run = 0; run < 100; run += 1) {
    const ends = workload(next, sigma, slowing)
    const truth = ends.at(-1) ?? 0
    let rate: ProgressRate | null = null
    for (let at = 0, done = 0; at < truth; at += SAMPLE_MS, asked += 1) {
      while ((ends[done] ?? truth) <= at) done += 1
      rate = observeProgress(rate, { at, items: done, bytes: 0, phase: null })
      const range = estimateCompletion(rate, { items: ends.length, bytes: null }, at)
      if (range === null) continue
      if (range.low <= truth && truth <= range.high) inside += 1
      errors.push(Math.abs((range.low + range.high) / 2 - truth) / (truth - at + SAMPLE_MS))
    }
  }
  errors.sort((a, b) => a - b)
  return {
    inside: inside / errors.length,
    error: errors[errors.length >> 1] ?? 1,
    withheld: 1 - errors.length / asked,
  }
}

describe('how good the estimate is', () => {
  it.each([
    ['even work', 0.2, 1, 0.95, 0.05],
    ['uneven files', 1, 1, 0.8, 0.25],
    ['very uneven files', 1.6, 1, 0.7, 0.6],
    ['work that slows to half', 0.5, 2, 0.6, 0.25],
  ])('%s', (_, sigma, slowing, leastInside, mostError) => {
    const { inside, error, withheld } = measure(sigma, slowing)
    expect(inside).toBeGreaterThan(leastInside)
    expect(error).toBeLessThan(mostError)
    expect(withheld).toBeLessThan(0.15)
  })
})
