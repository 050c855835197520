import { STALLED_AFTER_MS } from '@syncwatch/core'
import { describe, expect, it } from 'vitest'
import { selectFailures } from '../src/state/failures.ts'
import { initialSyncStatusState } from '../src/state/initial-state.ts'
import { selectOverallProgress } from '../src/state/overall-progress.ts'
import { reduce } from '../src/state/reduce.ts'
import { selectIsLive } from '../src/state/selectors.ts'
import { selectStalled } from '../src/state/stalled.ts'
import type { ConnectionState, SyncStatusState } from '../src/state/sync-status-state.ts'
import { selectAsOf } from '../src/words/as-of.ts'
import { englishWords } from '../src/words/english-words.ts'
import { etaWords } from '../src/words/eta-words.ts'
import { selectVerdict } from '../src/words/select-verdict.ts'
import { plainSpan } from '../src/words/spans.ts'
import { at, delta, health, NOW, operation, snapshot, store } from './support/rows.ts'

const CONNECTED: Partial<ConnectionState> = { status: 'connected', isInitial: false }
const LOST: Partial<ConnectionState> = { status: 'reconnecting', isLost: true, isInitial: false, reconnectAttempts: 2 }

function state(
  patch: Partial<SyncStatusState> = {},
  rows = [] as ReturnType<typeof operation>[],
  connection = CONNECTED,
) {
  const loaded = reduce(initialSyncStatusState(), { type: 'frames', frames: [snapshot(rows)], at: at(NOW) })
  return { ...loaded, connection: { ...loaded.connection, ...connection }, ...patch }
}
const failed = (id: string, patch = {}) => operation(id, { status: 'failed', end_time: at(NOW - 60_000), ...patch })
const reason = {
  code: 'error_rate',
  severity: 'critical',
  message: '12 % of 40 failed',
  value: 0.12,
  threshold: 0.1,
  since: at(NOW),
  action: '',
} as const
const critical = health({ status: 'critical', reasons: [reason] })
const warning = health({ status: 'warning', reasons: [{ ...reason, severity: 'warning', message: '7 % failed' }] })
const stores = [store('Folder'), store('Cloudinary')]
const running = operation('r', { progress: 64, total_items: 10 })

describe('CL-50 the verdict says the worst that is true', () => {
  it.each([
    ['loading', initialSyncStatusState(), 'Connecting.', 'Connecting'],
    ['reconnecting', state({ health: critical, stores }, [running], LOST), 'Reconnecting, attempt 2.', 'Reconnecting'],
    [
      'disconnected',
      state({ stores }, [], { status: 'disconnected', isLost: true }),
      /^Disconnected\. What you see is as of \d\d:\d\d:\d\d\.$/,
      'Disconnected',
    ],
    [
      'unauthorised',
      state({}, [], { status: 'error', isLost: true, error: { code: 'unauthorized', message: '' } }),
      /Sign in/,
      'Sign in',
    ],
    [
      'critical',
      state({ health: critical, stores }, [running, failed('f')]),
      'Critical: 12 % of 40 failed',
      'Critical',
    ],
    [
      'needs-you',
      state({ stores: [store('S', { failed_count: 2 })] }, [running, failed('f')]),
      '1 operation failed. 2 files failed.',
      '3 need you',
    ],
    ['needs-you', state({ stores: [store('NAS', { state: 'unavailable' })] }), 'NAS cannot be reached.', '1 needs you'],
    ['running', state({ health: warning, stores }, [running]), '1 operation running, 64 %.', '1 · 64 %'],
    [
      'running',
      state({}, [running, operation('u', { progress: null, total_items: null })]),
      '2 operations running.',
      '2 running',
    ],
    [
      'stalled',
      state({}, [operation('s', { updated_at: at(NOW - STALLED_AFTER_MS - 10_000) })]),
      '1 operation stalled for 2 min.',
      '1 stalled',
    ],
    ['warning', state({ health: warning, stores }), 'Warning: 7 % failed', 'Warning'],
    ['differs', state({ stores: [store('Cloudinary', { differ_count: 3 })] }), '3 differ in Cloudinary.', '3 differ'],
    [
      'not-verified',
      state({ stores: [store('S', { verified_at: null, differ_count: null })] }),
      'S is not verified yet.',
      'Not verified',
    ],
    [
      'not-verified',
      state({ stores: [store('S', { verified_at: at(NOW - 90_000_000) })] }),
      /^S is not verified since/,
      'Not verified',
    ],
    [
      'in-sync',
      state({ stores, health: health() }),
      'In sync. 8,412 assets in 2 stores, oldest check 14 s ago.',
      'In sync',
    ],
    ['idle', state({ health: health() }), 'Nothing is running.', 'Idle'],
  ] as const)('%s', (kind, given, sentence, short) => {
    const verdict = selectVerdict(given, NOW)
    expect(verdict.kind).toBe(kind)
    expect(verdict.sentence).toMatch(
      sentence instanceof RegExp ? sentence : new RegExp(`^${sentence.replace(/[.%]/g, '\\$&')}$`),
    )
    expect(verdict.short).toBe(short)
    expect(verdict.tone === 'ok', 'green is for in sync alone').toBe(kind === 'in-sync')
    expect(verdict.asOf !== null).toBe(['reconnecting', 'disconnected', 'unauthorised'].includes(kind))
  })

  it('speaks another language where it is given one', () => {
    const words = { ...englishWords, idle: 'Nichts läuft.' }
    expect(selectVerdict(state(), NOW, words).sentence).toBe('Nichts läuft.')
  })
})

describe('the figures', () => {
  it('CL-51 an overall percent only where every total is known, and never 100 while something is open', () => {
    const of = (...rows: ReturnType<typeof operation>[]) => selectOverallProgress(state({}, rows))
    expect(of()).toBeNull()
    expect(
      of(operation('a', { progress: 50, total_items: 300 }), operation('b', { progress: 10, total_items: 100 })),
    ).toBe(40)
    expect(of(operation('a', { progress: 50, total_items: null }), operation('b', { progress: 10 }))).toBe(30)
    expect(of(operation('a', { progress: null, total_items: null }), operation('b'))).toBeNull()
    expect(of(operation('a', { progress: 100 }))).toBe(99)
    const cut = state({ counts: { pending: 0, in_progress: 900, completed: 0, failed: 0, cancelled: 0 } }, [
      operation('a'),
    ])
    expect(selectOverallProgress(cut)).toBeNull()
  })

  it('CL-52 a failure waits for somebody until it is retried, made good by a later run, or a day old', () => {
    const ids = (...rows: ReturnType<typeof operation>[]) => selectFailures(state({}, rows), NOW).map((row) => row.id)
    const s = { store_id: 's' as never }
    expect(ids(failed('f'))).toEqual(['f'])
    expect(ids(failed('f'), operation('again', { retry_of: 'f' as never }))).toEqual([])
    expect(ids(failed('f', s), operation('ok', { ...s, status: 'completed', created_at: at(NOW) }))).toEqual([])
    expect(ids(failed('f', s), operation('ok', { ...s, status: 'completed', created_at: at(0) }))).toEqual(['f'])
    expect(ids(failed('f', { end_time: at(NOW - 25 * 3_600_000) }))).toEqual([])
  })

  it('CL-53 stalls by the clock of the server, whatever the local one says', () => {
    const given = state({}, [operation('s', { updated_at: at(NOW - STALLED_AFTER_MS - 10_000) })], {
      ...CONNECTED,
      serverTimeOffset: 3_600_000,
    })
    expect(selectStalled(given, NOW - 3_600_000)).toHaveLength(1)
    expect(selectStalled(given, NOW - 3_600_000 - 20_000)).toHaveLength(0)
  })

  it('CL-54 withholds an ETA that the server withholds, or that stalls', () => {
    const eta = (patch: Parameters<typeof operation>[1]) => etaWords(operation('a', patch), NOW)
    const estimated_completion = at(NOW + 150_000)
    expect(eta({})).toBeNull()
    expect(eta({ estimated_completion })).toBe('about 2 min left')
    const performance_metrics = { eta_low: at(NOW + 130_000), eta_high: at(NOW + 200_000) }
    expect(eta({ estimated_completion, performance_metrics })).toBe('2 min to 3 min left')
    expect(eta({ estimated_completion: at(NOW + 2000) })).toBe('a few seconds left')
    expect(eta({ estimated_completion, performance_metrics: { stalled_since: at(NOW - 20_000) } })).toBeNull()
    expect(eta({ estimated_completion, updated_at: at(NOW - STALLED_AFTER_MS) })).toBeNull()
  })

  it('CL-56 while the database is away nothing is live: connected, but as of the last confirmed change', () => {
    const away = health({
      rev: 2,
      status: 'critical',
      reasons: [{ ...reason, code: 'database_unavailable', message: 'The database cannot be reached.' }],
    })
    const frame = delta([away as never], { topic: 'health', fields: ['id', 'rev', ...Object.keys(away).slice(2)] })
    const before = state({ stores }, [running])
    const news = reduce(before, { type: 'frames', frames: [frame], at: at(NOW + 30_000) })
    expect(news.health).toEqual(away)
    expect(news.lastUpdate, 'the bad news confirms none of the rest').toBe(before.lastUpdate)
    expect([selectIsLive(before), selectIsLive(news), news.connection.status]).toEqual([true, false, 'connected'])
    expect(selectVerdict(news, NOW)).toMatchObject({
      kind: 'critical',
      sentence: 'Critical: The database cannot be reached.',
      asOf: at(NOW),
    })
    expect(selectAsOf(news)).toMatch(/^as of \d\d:\d\d:\d\d$/)
    const back = reduce(news, { type: 'health', health: health({ rev: 3 }), at: at(NOW + 60_000) })
    expect([selectIsLive(back), back.lastUpdate]).toEqual([true, at(NOW + 60_000)])
  })

  it('CL-55 says as of when, only once the loss is shown', () => {
    expect(selectAsOf(state())).toBeNull()
    expect(selectAsOf(state({}, [], LOST))).toMatch(/^as of \d\d:\d\d:\d\d$/)
    expect([0, 59_999, 60_000, 7_200_000, 200_000_000].map(plainSpan)).toEqual(['0 s', '59 s', '1 min', '2 h', '2 d'])
  })
})
