import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Acknowledgement,
  evaluateHealth,
  type FinishedCounts,
  type HealthInput,
  type HealthReasonCode,
  type HealthReport,
  type HealthStatus,
} from '../../src/index.ts'

const NOW = Date.parse('2026-01-01T12:00:00.000Z')
const MINUTE = 60_000
const iso = (at: number) => new Date(at).toISOString()

const finished = (failed: number, of: number): FinishedCounts => ({
  completed: of - failed,
  failed,
  windowSeconds: 900,
})
const evaluate = (input: Partial<HealthInput>): HealthReport =>
  evaluateHealth({ now: NOW, finished: finished(0, 100), ...input })
const reasonOf = (report: HealthReport, code: HealthReasonCode) => report.reasons.find((reason) => reason.code === code)

describe('error rate', () => {
  it.each<[number, number, HealthStatus]>([
    [0, 100, 'healthy'],
    [1, 10, 'warning'],
    [499, 10_000, 'healthy'],
    [500, 10_000, 'warning'],
    [1, 20, 'warning'],
    [3, 60, 'warning'],
    [1_000, 10_000, 'warning'],
    [7, 70, 'warning'],
    [1_001, 10_000, 'critical'],
    [2, 10, 'critical'],
    [10, 10, 'critical'],
  ])('%d of %d failed: %s', (failed, of, status) => {
    const report = evaluate({ finished: finished(failed, of) })
    expect(report.status).toBe(status)
    expect(report.error_rate).toBeCloseTo(failed / of)
    expect(report.sample_size).toBe(of)
    const reason = reasonOf(report, 'error_rate')
    if (status === 'healthy') expect(reason).toBeUndefined()
    else
      expect(reason).toMatchObject({
        severity: status,
        value: failed / of,
        threshold: status === 'warning' ? 0.05 : 0.1,
      })
  })

  it.each([
    [0, 0, /^No operation has finished in the last 24 h\.$/],
    [1, 1, /^Only one operation finished .*, 1 failed: too few/],
    [1, 3, /^Only 3 operations finished in the last 24 h, 1 failed: too few/],
    [0, 9, /^Only 9 operations finished .*, none of them failed/],
    [9, 9, /9 failed/],
  ])('%d of %d failed is too few to shout', (failed, of, message) => {
    const report = evaluate({ finished: { ...finished(failed, of), windowSeconds: 86_400 } })
    expect(report.status).toBe('healthy')
    expect(report.performance_score).toBe(100)
    expect(report.reasons).toEqual([
      expect.objectContaining({ code: 'few_operations', severity: 'healthy', value: of, threshold: 10 }),
    ])
    expect(report.reasons[0]?.message).toMatch(message)
  })

  it('says the numbers, since when, and what to do', () => {
    expect(reasonOf(evaluate({ finished: finished(6, 80) }), 'error_rate')).toEqual({
      code: 'error_rate',
      severity: 'warning',
      message: '6 of 80 operations failed (7.5\u00a0%) in the last 15 min.',
      value: 0.075,
      threshold: 0.05,
      since: '2026-01-01T12:00:00.000Z',
      action: 'Open the failed operations and read why they failed.',
    })
  })
})

describe('every other measure', () => {
  const stores = (periods: number, state: 'idle' | 'paused' = 'idle') => [
    { name: 'Photos', state, freshAt: NOW - periods * MINUTE, everyMs: MINUTE },
  ]
  const stalled = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: `${i}`, since: NOW - (i + 1) * 1_000 }))

  it.each<[string, Partial<HealthInput>, HealthReasonCode, HealthStatus]>([
    ['nothing stalled', { stalled: [] }, 'stalled_operations', 'healthy'],
    ['one stalled', { stalled: stalled(1) }, 'stalled_operations', 'warning'],
    ['four stalled', { stalled: stalled(4) }, 'stalled_operations', 'warning'],
    ['five stalled', { stalled: stalled(5) }, 'stalled_operations', 'critical'],
    ['a store a little late', { stores: stores(1.99) }, 'stale_store', 'healthy'],
    ['a store late', { stores: stores(2) }, 'stale_store', 'warning'],
    ['a store very late', { stores: stores(6) }, 'stale_store', 'critical'],
    ['a paused store', { stores: stores(60, 'paused') }, 'stale_store', 'healthy'],
    [
      'a store without a schedule',
      { stores: [{ name: 'x', state: 'idle', freshAt: 0, everyMs: null }] },
      'stale_store',
      'healthy',
    ],
    [
      'a store away',
      { stores: [{ name: 'x', state: 'unavailable', freshAt: NOW, everyMs: null }] },
      'store_unavailable',
      'warning',
    ],
    ['no backlog', { backlogAgeMs: null }, 'backlog', 'healthy'],
    ['a short backlog', { backlogAgeMs: 5 * MINUTE - 1 }, 'backlog', 'healthy'],
    ['a backlog', { backlogAgeMs: 5 * MINUTE }, 'backlog', 'warning'],
    ['a long backlog', { backlogAgeMs: 30 * MINUTE }, 'backlog', 'critical'],
    ['webhooks on time', { webhookLagMs: MINUTE - 1 }, 'webhook_lag', 'healthy'],
    ['webhooks late', { webhookLagMs: MINUTE }, 'webhook_lag', 'warning'],
    ['webhooks very late', { webhookLagMs: 10 * MINUTE }, 'webhook_lag', 'critical'],
    ['webhooks that all arrived', { undeliveredWebhooks: 0 }, 'undelivered_webhooks', 'healthy'],
    ['a webhook that was given up', { undeliveredWebhooks: 1 }, 'undelivered_webhooks', 'warning'],
    ['many that were', { undeliveredWebhooks: 500 }, 'undelivered_webhooks', 'warning'],
    ['a quick database', { databaseLatencyMs: 249 }, 'database_latency', 'healthy'],
    ['a slow database', { databaseLatencyMs: 250 }, 'database_latency', 'warning'],
    ['a very slow database', { databaseLatencyMs: 2_000 }, 'database_latency', 'critical'],
    ['no database', { databaseLatencyMs: 'unavailable' }, 'database_unavailable', 'critical'],
    ['a free event loop', { eventLoopLatencyMs: 499 }, 'event_loop_latency', 'healthy'],
    ['a busy event loop', { eventLoopLatencyMs: 500 }, 'event_loop_latency', 'warning'],
    ['a blocked event loop', { eventLoopLatencyMs: 2_000 }, 'event_loop_latency', 'critical'],
    ['a young snapshot', { oldestSnapshotAgeMs: MINUTE - 1 }, 'old_snapshot', 'healthy'],
    ['an old snapshot', { oldestSnapshotAgeMs: MINUTE }, 'old_snapshot', 'warning'],
    ['a very old snapshot', { oldestSnapshotAgeMs: 10 * MINUTE }, 'old_snapshot', 'critical'],
    ['a measurement that is no number', { databaseLatencyMs: Number.NaN }, 'database_latency', 'healthy'],
  ])('%s', (_, input, code, severity) => {
    const report = evaluate(input)
    expect(report.status).toBe(severity)
    expect(reasonOf(report, code)?.severity ?? 'healthy').toBe(severity)
    expect(report.reasons).toHaveLength(severity === 'healthy' ? 0 : 1)
    for (const reason of report.reasons) {
      expect(reason.message).toMatch(/^\w.*\.$/)
      expect(reason.action).toMatch(/\.$/)
      expect(Number.isFinite(reason.threshold)).toBe(true)
    }
  })

  it('claim nothing of what stands in the database while that cannot be reached', () => {
    const before = evaluate({ backlogAgeMs: 40 * MINUTE, stalled: stalled(3) })
    expect(before.reasons.map(({ code }) => code)).toEqual(expect.arrayContaining(['backlog', 'stalled_operations']))
    const finished = { completed: 0, failed: 0, windowSeconds: 900 }
    const during = evaluate({ databaseLatencyMs: 'unavailable', finished, previous: before })
    expect(during.reasons.map(({ code }) => code)).toEqual(['database_unavailable'])
  })

  it('know since when, where the input does', () => {
    expect(reasonOf(evaluate({ stalled: stalled(3) }), 'stalled_operations')?.since).toBe(iso(NOW - 3_000))
    expect(reasonOf(evaluate({ backlogAgeMs: 10 * MINUTE }), 'backlog')?.since).toBe(iso(NOW - 10 * MINUTE))
  })

  it('names the stores that are late, the latest last', () => {
    const late = ['a', 'b', 'c', 'd', 'e'].map((name, i) => ({
      name,
      state: 'idle' as const,
      freshAt: NOW - (3 + i / 2) * MINUTE,
      everyMs: MINUTE,
    }))
    expect(reasonOf(evaluate({ stores: [...late, ...stores(0)] }), 'stale_store')?.message).toBe(
      'e, d, c and 2 more not verified on schedule; e for 5 min.',
    )
  })

  it('come worst first', () => {
    const report = evaluate({
      stalled: stalled(1),
      backlogAgeMs: 60 * MINUTE,
      finished: finished(6, 100),
      databaseLatencyMs: 5_000,
    })
    expect(report.reasons.map((reason) => reason.severity)).toEqual(['critical', 'critical', 'warning', 'warning'])
    expect(report.status).toBe('critical')
  })
})

describe('hysteresis', () => {
  /** Reports one after another: seconds from the first, and how many of 1,000 operations failed. */
  const follow = (steps: readonly (readonly [number, Partial<HealthInput>])[]): HealthReport[] => {
    const reports: HealthReport[] = []
    for (const [seconds, input] of steps)
      reports.push(evaluate({ ...input, now: NOW + seconds * 1_000, previous: reports.at(-1) ?? null }))
    return reports
  }
  const errors = (...steps: (readonly [number, number])[]) =>
    follow(steps.map(([seconds, failed]) => [seconds, { finished: finished(failed, 1_000) }] as const)).map(
      (report) => report.status,
    )

  it('worse counts at once', () => {
    expect(errors([0, 0], [1, 50], [2, 101])).toEqual(['healthy', 'warning', 'critical'])
  })

  it('just below a threshold counts after 60 s', () => {
    expect(errors([0, 50], [10, 49], [69, 49], [70, 49])).toEqual(['warning', 'warning', 'warning', 'healthy'])
  })

  it('far below a threshold counts at once', () => {
    expect(errors([0, 50], [1, 39])).toEqual(['warning', 'healthy'])
    expect(errors([0, 101], [1, 79])).toEqual(['critical', 'warning'])
    expect(errors([0, 101], [1, 0])).toEqual(['critical', 'healthy'])
  })

  it('critical becomes warning before it goes away', () => {
    expect(errors([0, 101], [1, 90], [60, 90], [61, 90])).toEqual(['critical', 'critical', 'critical', 'warning'])
    expect(errors([0, 101], [1, 90], [61, 45], [62, 45], [121, 45])).toEqual([
      'critical',
      'critical',
      'warning',
      'warning',
      'healthy',
    ])
  })

  it('crossing again starts the wait anew', () => {
    expect(errors([0, 50], [10, 49], [60, 50], [61, 49], [120, 49], [121, 49])).toEqual([
      'warning',
      'warning',
      'warning',
      'warning',
      'warning',
      'healthy',
    ])
  })

  it('a jittering latency is one warning, not twenty', () => {
    const steps = Array.from({ length: 20 }, (_, i) => [i * 5, { databaseLatencyMs: i % 2 ? 3 : 300 }] as const)
    const reports = follow(steps)
    expect(new Set(reports.map((report) => report.status))).toEqual(new Set(['warning']))
    expect(new Set(reports.map((report) => report.since))).toEqual(new Set([iso(NOW)]))
  })

  it('says since when it is better', () => {
    const reports = follow([
      [0, { backlogAgeMs: 6 * MINUTE }],
      [10, { backlogAgeMs: null }],
      [20, { backlogAgeMs: null }],
    ])
    expect(reports.map((report) => reasonOf(report, 'backlog')?.recovering_since)).toEqual([
      undefined,
      iso(NOW + 10_000),
      iso(NOW + 10_000),
    ])
    expect(reports.map((report) => reasonOf(report, 'backlog')?.message)).toEqual([
      'The oldest pending operation has waited 6 min.',
      'Operations waited too long; none waits now.',
      'Operations waited too long; none waits now.',
    ])
  })

  it('facts come and go at once', () => {
    const reports = follow([
      [0, { databaseLatencyMs: 'unavailable' }],
      [1, { databaseLatencyMs: 2 }],
    ])
    expect(reports.map((report) => report.status)).toEqual(['critical', 'healthy'])
  })

  it('keeps since while the status stays, and numbers the reports', () => {
    const reports = follow([
      [0, { finished: finished(6, 100) }],
      [30, { finished: finished(7, 100) }],
      [60, { finished: finished(0, 100) }],
    ])
    expect(reports.map((report) => report.since)).toEqual([iso(NOW), iso(NOW), iso(NOW + 60_000)])
    expect(reports.map((report) => reasonOf(report, 'error_rate')?.since)).toEqual([iso(NOW), iso(NOW), undefined])
    expect(reports.map((report) => report.rev)).toEqual([1, 2, 3])
  })
})

describe('acknowledgement', () => {
  const bad: Partial<HealthInput> = { finished: finished(20, 100) }
  const known: Acknowledgement = {
    code: 'error_rate',
    severity: 'critical',
    by: 'ops',
    note: 'known',
    until: NOW + MINUTE,
  }

  it('makes critical count as a warning, and never as healthy', () => {
    const report = evaluate({ ...bad, acknowledgements: [known] })
    expect(report.status).toBe('warning')
    expect(reasonOf(report, 'error_rate')).toMatchObject({
      severity: 'critical',
      acknowledged: { by: 'ops', note: 'known', until: iso(NOW + MINUTE) },
    })
    expect(evaluate({ finished: finished(6, 100), acknowledgements: [known] }).status).toBe('warning')
  })

  it.each<[string, Partial<Acknowledgement>]>([
    ['ran out', { until: NOW }],
    ['is of something else', { code: 'backlog' }],
    ['was given when it was less bad', { severity: 'warning' }],
  ])('counts no more when it %s', (_, change) => {
    const report = evaluate({ ...bad, acknowledgements: [{ ...known, ...change }] })
    expect(report.status).toBe('critical')
    expect(reasonOf(report, 'error_rate')).not.toHaveProperty('acknowledged')
  })
})

describe('score and trend', () => {
  it.each<[number, Partial<HealthInput>]>([
    [100, {}],
    [100, { finished: finished(25, 1_000), databaseLatencyMs: 100, eventLoopLatencyMs: 40 }],
    [83, { finished: finished(50, 1_000) }],
    [50, { finished: finished(100, 1_000) }],
    [50, { finished: finished(1_000, 1_000) }],
    [90, { databaseLatencyMs: 2_000 }],
    [85, { stores: [{ name: 'x', state: 'unavailable', freshAt: NOW, everyMs: null }] }],
    [0, { databaseLatencyMs: 'unavailable' }],
  ])('is %d', (score, input) => {
    expect(evaluate(input).performance_score).toBe(score)
  })

  it.each<[string, number, number, HealthReport['trend']]>([
    ['the same', 60, 60, 'steady'],
    ['a little more', 60, 61, 'steady'],
    ['much more', 60, 90, 'worsening'],
    ['much less', 90, 60, 'improving'],
    ['over a threshold', 49, 50, 'worsening'],
    ['far below one', 50, 30, 'improving'],
  ])('%s: from %d to %d failures', (_, before, after, trend) => {
    const previous = evaluate({ finished: finished(before, 1_000) })
    expect(evaluate({ finished: finished(after, 1_000), previous, now: NOW + 1_000 }).trend).toBe(trend)
  })

  it('has no trend at first', () => {
    expect(evaluate({ finished: finished(100, 100) }).trend).toBe('steady')
  })
})

it('whatever is measured: plain finite numbers, and a status that its reasons bear out', () => {
  const measure = fc.option(fc.double(), { nil: null })
  const input = fc.record({
    finished: fc.record({ completed: fc.nat(50), failed: fc.nat(50), windowSeconds: fc.nat(86_400) }),
    stalled: fc.array(fc.record({ id: fc.string(), since: fc.integer({ min: 0, max: NOW }) }), { maxLength: 7 }),
    backlogAgeMs: fc.option(fc.integer({ min: -1, max: 10_000_000 })),
    webhookLagMs: fc.option(fc.integer({ min: -1, max: 10_000_000 })),
    undeliveredWebhooks: fc.option(fc.nat(1_000)),
    databaseLatencyMs: fc.oneof(measure, fc.constant('unavailable' as const)),
    eventLoopLatencyMs: measure,
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(90_000), input), { minLength: 1, maxLength: 8 }), (steps) => {
      let now = NOW
      let previous: HealthReport | null = null
      for (const [passed, input] of steps) {
        now += passed
        const report: HealthReport = evaluateHealth({ ...input, now, previous })
        expect(JSON.parse(JSON.stringify(report))).toEqual(report)
        expect(report.performance_score).toBeGreaterThanOrEqual(0)
        expect(report.performance_score).toBeLessThanOrEqual(100)
        const worst = ['critical', 'warning', 'healthy'].find((level) =>
          report.reasons.some((reason) => reason.severity === level),
        )
        expect(report.status).toBe(worst ?? 'healthy')
        expect(new Set(report.reasons.map((reason) => reason.code)).size).toBe(report.reasons.length)
        previous = report
      }
    }),
    { numRuns: 300 },
  )
})
