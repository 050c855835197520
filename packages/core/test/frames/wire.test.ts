import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  type ConnectionRow,
  type Delta,
  type ErrorFrame,
  type EventRow,
  type Goodbye,
  type HealthReason,
  type HealthReport,
  type ItemRow,
  OPERATION_FIELDS,
  OPERATION_PROGRESS_FIELDS,
  type OperationRow,
  type OperationsSnapshot,
  type Pong,
  PROTOCOL_VERSION,
  type Ready,
  type RowsSnapshot,
  type StoreSummary,
  upFrameSchema,
  type Welcome,
} from '../../src/index.ts'
import { fingerprint } from '../support/fingerprint.ts'

/** Each column of `T`, and whether it may be absent: the compiler refuses a listing that is not exactly the type. */
type Listing<T> = { [Key in keyof Required<T>]: undefined extends OrAbsent<T, Key> ? '?' : '' }
type OrAbsent<T, Key extends keyof T> = object extends Pick<T, Key> ? undefined : T[Key]

const DOWN = {
  welcome: {
    type: '',
    protocol: '',
    sessionId: '',
    epoch: '',
    serverTime: '',
    role: '',
    resumed: '',
  } satisfies Listing<Welcome>,
  operationsSnapshot: {
    type: '',
    topic: '',
    cursor: '',
    operations: '',
    health: '',
    counts: '',
    stores: '',
  } satisfies Listing<OperationsSnapshot>,
  rowsSnapshot: { type: '', topic: '', cursor: '', rows: '' } satisfies Listing<RowsSnapshot>,
  delta: {
    type: '',
    topic: '',
    cursor: '',
    fields: '',
    rows: '',
    removed: '',
    counts: '?',
  } satisfies Listing<Delta>,
  ready: { type: '' } satisfies Listing<Ready>,
  pong: { type: '', t: '', serverTime: '' } satisfies Listing<Pong>,
  goodbye: { type: '', code: '', retryAfterMs: '' } satisfies Listing<Goodbye>,
  error: { type: '', code: '', message: '' } satisfies Listing<ErrorFrame>,
}

const ROWS = {
  operation: Object.fromEntries(OPERATION_FIELDS.map((field) => [field, ''])) as Listing<OperationRow>,
  item: {
    id: '',
    rev: '',
    operation_id: '',
    item_key: '',
    action: '',
    state: '',
    bytes: '',
    error_code: '',
    error_message: '',
    duration_ms: '',
    attempt: '',
    created_at: '',
    updated_at: '',
  } satisfies Listing<ItemRow>,
  event: {
    id: '',
    rev: '',
    operation_id: '',
    kind: '',
    status: '',
    message: '',
    data: '',
    attempt: '',
    created_at: '',
  } satisfies Listing<EventRow>,
  connection: {
    id: '',
    rev: '',
    client_id: '',
    status: '',
    last_ping: '',
    latency_ms: '',
    reconnect_attempts: '',
    user_agent: '',
    ip_address: '',
    node_id: '',
    metadata: '',
    connected_at: '',
    updated_at: '',
  } satisfies Listing<ConnectionRow>,
  health: {
    id: '',
    rev: '',
    status: '',
    performance_score: '',
    error_rate: '',
    trend: '',
    reasons: '',
    sample_size: '',
    window_seconds: '',
    since: '',
    evaluated_at: '',
  } satisfies Listing<HealthReport>,
  reason: {
    code: '',
    severity: '',
    message: '',
    value: '',
    threshold: '',
    since: '',
    action: '',
    recovering_since: '?',
    acknowledged: '?',
  } satisfies Listing<HealthReason>,
  store: {
    id: '',
    rev: '',
    name: '',
    kind: '',
    mode: '',
    content_mode: '',
    location: '',
    state: '',
    asset_count: '',
    total_bytes: '',
    differ_count: '',
    failed_count: '',
    verified_at: '',
    converged_at: '',
    last_operation_id: '',
    last_error: '',
    schedule: '',
    next_run_at: '',
    conflict_policy: '',
    delete_limit: '',
    prefixes: '',
    sentinel: '',
    created_at: '',
    updated_at: '',
  } satisfies Listing<StoreSummary>,
}

/**
 * A change here is a change of the wire. Old clients meet new servers and new clients old ones while a deploy runs: add
 * what both can ignore, or raise PROTOCOL_VERSION. Then write the new fingerprint down.
 */
describe('the wire', () => {
  it('speaks a version', () => {
    expect(PROTOCOL_VERSION).toBe(1)
  })

  it('up frames are what they were', () => {
    const schema = JSON.stringify(z.toJSONSchema(upFrameSchema, { io: 'input' }))
    expect(fingerprint(schema)).toBe('d2921009569a4634')
  })

  it('down frames and their rows are what they were', () => {
    const listing = JSON.stringify({ DOWN, ROWS, OPERATION_FIELDS, OPERATION_PROGRESS_FIELDS })
    expect(fingerprint(listing)).toBe('5bca650c11200a06')
  })

  it('lists every column of an operation once', () => {
    // Both directions: the compiler knows that each field is a column; here that each column is a field.
    const missing: Exclude<keyof OperationRow, (typeof OPERATION_FIELDS)[number]> extends never ? true : false = true
    expect(missing).toBe(true)
    expect(new Set(OPERATION_FIELDS).size).toBe(OPERATION_FIELDS.length)
    expect(OPERATION_FIELDS.slice(0, 2)).toEqual(['id', 'rev'])
    expect(OPERATION_PROGRESS_FIELDS.slice(0, 2)).toEqual(['id', 'rev'])
    for (const field of OPERATION_PROGRESS_FIELDS) expect(OPERATION_FIELDS).toContain(field)
  })
})
