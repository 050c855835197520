import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeMetrics, type MeasuredOperation, type OperationStatus } from '../../src/index.ts'
import { peakConcurrency } from '../../src/metrics/peak-concurrency.ts'

const WINDOW = { from: 0, to: 100_000 }

function operation(
  start: number | null,
  end: number | null,
  change: Partial<MeasuredOperation> = {},
): MeasuredOperation {
  const status: OperationStatus = end === null ? 'in_progress' : 'completed'
  return { status, operation_type: 'upload', store_id: null, start, end, items: 0, bytes: 0, ...change }
}

describe('computeMetrics', () => {
  it('says nothing of nothing', () => {
    expect(computeMetrics([], WINDOW)).toEqual({
      totalOperations: 0,
      successRate: 0,
      avgDuration: 0,
      peakConcurrency: 0,
      errorRate: 0,
      p50Duration: null,
      p95Duration: null,
      itemsPerSecond: 0,
      bytesPerSecond: 0,
      window_seconds: 100,
      by_type: {},
      by_store: {},
    })
    expect(computeMetrics([], { from: 5, to: 5 })).toMatchObject({ itemsPerSecond: 0, window_seconds: 0 })
  })

  it('computes rates, durations, throughput and groups', () => {
    const operations = [
      operation(10, 1_010, { items: 100, bytes: 5_000, store_id: 's1' }),
      operation(500, 3_500, { status: 'failed', items: 50, bytes: 0, store_id: 's1' }),
      operation(2_000, 4_000, { operation_type: 'full_sync', items: 50, bytes: 5_000 }),
      operation(null, 4_000, { status: 'cancelled', operation_type: 'delete' }),
    ]
    const report = computeMetrics(operations, WINDOW)
    expect(report).toMatchObject({
      totalOperations: 4,
      avgDuration: 2_000,
      peakConcurrency: 2,
      p50Duration: 2_000,
      p95Duration: 3_000,
      itemsPerSecond: 2,
      bytesPerSecond: 100,
    })
    expect(report.successRate).toBeCloseTo(2 / 3)
    expect(report.errorRate).toBeCloseTo(1 / 3)
    expect(Object.keys(report.by_type)).toEqual(['upload', 'full_sync', 'delete'])
    expect(report.by_type.upload).toEqual({
      totalOperations: 2,
      successRate: 0.5,
      avgDuration: 2_000,
      peakConcurrency: 2,
      errorRate: 0.5,
    })
    expect(report.by_type.delete).toMatchObject({ totalOperations: 1, successRate: 0, errorRate: 0, avgDuration: 0 })
    expect(Object.keys(report.by_store)).toEqual(['s1'])
  })

  it('looks at what ended in the window, and at all that ran in it for concurrency', () => {
    const window = { from: 1_000, to: 2_000 }
    const report = computeMetrics(
      [
        operation(0, 1_000), // ended with the window's beginning
        operation(0, 1_001), // ended just within
        operation(0, 2_000), // ended with the window
        operation(1_500, 2_001), // ended after, ran within
        operation(0, null), // runs
        operation(2_001, null), // began after
      ],
      window,
    )
    expect(report.totalOperations).toBe(2)
    expect(report.peakConcurrency).toBe(3)
  })

  it.each([
    [1, 1, 1],
    [2, 1, 2],
    [20, 10, 19],
    [100, 50, 95],
    [101, 51, 96],
  ])('of %d durations the median is %d and the 95th percentile %d', (count, p50, p95) => {
    const operations = Array.from({ length: count }, (_, i) => operation(1, i + 2)).reverse()
    expect(computeMetrics(operations, WINDOW)).toMatchObject({ p50Duration: p50, p95Duration: p95 })
  })

  it('does not let a clock that went back make a negative duration', () => {
    expect(computeMetrics([operation(500, 400)], WINDOW)).toMatchObject({ avgDuration: 0, peakConcurrency: 1 })
  })
})

describe('peakConcurrency', () => {
  it.each<[string, [number, number][], number]>([
    ['none', [], 0],
    [
      'one after another',
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
      1,
    ],
    [
      'one within another',
      [
        [0, 10],
        [3, 4],
      ],
      2,
    ],
    [
      'a chain',
      [
        [0, 2],
        [1, 3],
        [2, 4],
      ],
      2,
    ],
    [
      'all at once',
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      3,
    ],
    [
      'two of one moment',
      [
        [5, 5],
        [5, 5],
      ],
      2,
    ],
    [
      'a moment at an end',
      [
        [0, 5],
        [5, 5],
      ],
      1,
    ],
    [
      'a moment at a start',
      [
        [5, 5],
        [5, 9],
      ],
      2,
    ],
  ])('%s', (_, spans, peak) => {
    expect(peakConcurrency(spans.map(([start, end]) => ({ start, end })))).toBe(peak)
  })

  it('is what counting at every start gives', () => {
    const span = fc.tuple(fc.nat(30), fc.nat(8)).map(([start, length]) => ({ start, end: start + length }))
    fc.assert(
      fc.property(fc.array(span, { maxLength: 25 }), (spans) => {
        const runsAt = (at: number) =>
          spans.filter(({ start, end }) => start <= at && (at < end || start === at)).length
        expect(peakConcurrency(spans)).toBe(Math.max(0, ...spans.map(({ start }) => runsAt(start))))
      }),
      { numRuns: 300 },
    )
  })
})
