import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import {
  type CompleteOperation,
  type CreateOperation,
  completeOperationSchema,
  createOperationSchema,
  ITEM_REPORTS_LIMIT,
  type ItemReport,
  isSyncwatchError,
  itemReportSchema,
  itemReportsSchema,
  operationEventSchema,
  type ProgressPatch,
  parseInput,
  parseProgressPatch,
  progressPatchSchema,
  type SyncStatusUpdate,
  syncStatusUpdateSchema,
} from '../../src/index.ts'
import { PROGRESS_CASES } from '../../src/operation/progress-cases.ts'

const store = '0190a1b2-0000-7000-8000-00000000000a'
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) })
const update = {
  operation_id: 'sync_123',
  operation_type: 'upload',
  status: 'in_progress',
  progress: 75,
  message: 'Processing files...',
  timestamp: '2026-01-01T00:00:00.000Z',
}
const item = { item_key: 'a.jpg', action: 'import', state: 'done' }

describe('inputs that are taken', () => {
  it.each<[string, z.ZodType, unknown]>([
    ['the least of an operation', createOperationSchema, { operation_type: 'upload' }],
    [
      'all of an operation',
      createOperationSchema,
      {
        operation_type: 'full_sync',
        operation_key: 'sync_123',
        total_items: Number.MAX_SAFE_INTEGER,
        total_bytes: 0,
        triggered_by: 'admin',
        source: 'manual',
        store_id: store,
        operation_data: { a: [1, null, 'x', { b: true }], empty: {} },
        retry_of: store,
        message: '',
      },
    ],
    ['an empty patch', progressPatchSchema, {}],
    ['the edges of percent', progressPatchSchema, { progress: 100 }],
    ['an announcement', syncStatusUpdateSchema, update],
    ['an announcement with an offset', syncStatusUpdateSchema, { ...update, timestamp: '2026-01-01T02:00:00+02:00' }],
    ['an end', completeOperationSchema, { status: 'failed', error_details: { code: 'disk_full' }, message: 'full' }],
    ['an end with its figure', completeOperationSchema, { status: 'completed', peak_concurrency: 8 }],
    ['an item with an odd name', itemReportSchema, { ...item, item_key: ' new\nline 🌍/é ' }],
    ['a key of 4096 bytes', itemReportSchema, { ...item, item_key: 'é'.repeat(2048) }],
    ['the most items', itemReportsSchema, new Array(ITEM_REPORTS_LIMIT).fill(item)],
    ['an event', operationEventSchema, { kind: 'warning', message: 'm', data: {} }],
    ['32 levels', completeOperationSchema, { status: 'failed', error_details: nested(32) }],
  ])('%s', (_, schema, value) => {
    expect(parseInput(schema, value)).toEqual(value)
  })

  it('leaves out what is undefined, and gives ids in lower case', () => {
    const given = { operation_type: 'upload', message: undefined, store_id: store.toUpperCase() }
    const parsed = parseInput(createOperationSchema, given)
    expect(Object.keys(parsed)).toEqual(['operation_type', 'store_id'])
    expect(parsed.store_id).toBe(store)
  })
})

describe('inputs that are refused, by the name of the field', () => {
  it.each<[string, z.ZodType, unknown, RegExp]>([
    ['nothing', createOperationSchema, undefined, /^The input must be an object\.$/],
    ['a list', createOperationSchema, [], /^The input must be an object\.$/],
    [
      'no type',
      createOperationSchema,
      {},
      /^operation_type must be one of upload, delete, update, full_sync, webhook\.$/,
    ],
    ['another type', createOperationSchema, { operation_type: 'sing' }, /^operation_type must be one of/],
    ['an unknown field', createOperationSchema, { operation_type: 'upload', totalItems: 1 }, /no field "totalItems"/],
    [
      'a negative total',
      createOperationSchema,
      { operation_type: 'upload', total_items: -1 },
      /^total_items must be a whole number from 0/,
    ],
    [
      'an absurd total',
      createOperationSchema,
      { operation_type: 'upload', total_items: 2 ** 53 },
      /^total_items must be a whole number from 0/,
    ],
    [
      'half a total',
      createOperationSchema,
      { operation_type: 'upload', total_bytes: 0.5 },
      /^total_bytes must be a whole number/,
    ],
    [
      'a total of text',
      createOperationSchema,
      { operation_type: 'upload', total_items: '10' },
      /^total_items must be a whole number/,
    ],
    [
      'a key like an id',
      createOperationSchema,
      { operation_type: 'upload', operation_key: store },
      /^operation_key must not be a uuid/,
    ],
    [
      'an empty key',
      createOperationSchema,
      { operation_type: 'upload', operation_key: '' },
      /^operation_key must not be empty/,
    ],
    [
      'a store that is none',
      createOperationSchema,
      { operation_type: 'upload', store_id: 'x' },
      /^store_id must be a uuid\.$/,
    ],
    ['NUL', createOperationSchema, { operation_type: 'upload', message: 'a\u0000b' }, /^message must be valid Unicode/],
    [
      'data that is a list',
      createOperationSchema,
      { operation_type: 'upload', operation_data: [] },
      /^operation_data must be an object/,
    ],
    [
      'NUL deep in data',
      createOperationSchema,
      { operation_type: 'upload', operation_data: { a: ['\u0000'] } },
      /^operation_data must be plain JSON/,
    ],
    [
      'NUL in a name',
      createOperationSchema,
      { operation_type: 'upload', operation_data: { a: { 'b\u0000': 1 } } },
      /^operation_data must be plain JSON/,
    ],
    [
      'half a pair in data',
      createOperationSchema,
      { operation_type: 'upload', operation_data: { a: '\udc00' } },
      /^operation_data must be plain JSON/,
    ],
    [
      'data that is not JSON',
      createOperationSchema,
      { operation_type: 'upload', operation_data: { a: 1n } },
      /^operation_data must be plain JSON/,
    ],
    [
      '33 levels',
      completeOperationSchema,
      { status: 'failed', error_details: nested(33) },
      /^error_details must be plain JSON/,
    ],
    [
      'huge data',
      completeOperationSchema,
      { status: 'failed', error_details: { a: 'x'.repeat(65_536) } },
      /^error_details must have at most 65536/,
    ],
    [
      'an end that is none',
      completeOperationSchema,
      { status: 'pending' },
      /^status must be one of completed, failed, cancelled\.$/,
    ],
    [
      'a long message',
      completeOperationSchema,
      { status: 'failed', message: 'x'.repeat(4_001) },
      /^message must have at most 4000 characters/,
    ],
    ['no key', itemReportSchema, { ...item, item_key: '' }, /^item_key must not be empty/],
    [
      'a key of 4097 bytes',
      itemReportSchema,
      { ...item, item_key: `${'é'.repeat(2048)}x` },
      /^item_key must have at most 4096 bytes/,
    ],
    ['a negative duration', itemReportSchema, { ...item, duration_ms: -1 }, /^duration_ms must be at least 0/],
    ['one bad item of many', itemReportsSchema, [item, { ...item, bytes: -1 }], /^\[1\]\.bytes must be a whole number/],
    ['no items', itemReportsSchema, [], /^The input must be at least 1 entries long/],
    ['too many items', itemReportsSchema, new Array(ITEM_REPORTS_LIMIT + 1).fill(item), /at most 5000 entries/],
    [
      'a time that is none',
      syncStatusUpdateSchema,
      { ...update, timestamp: 'yesterday' },
      /^timestamp must be an ISO 8601 time/,
    ],
    [
      'a progress over 100',
      syncStatusUpdateSchema,
      { ...update, progress: 100.5 },
      /^progress must be a percent from 0 to 100/,
    ],
    ['no progress', syncStatusUpdateSchema, { ...update, progress: undefined }, /^progress must be a percent/],
    [
      'an event of a kind that comes by itself',
      operationEventSchema,
      { kind: 'transition', message: 'm' },
      /^kind must be one of/,
    ],
  ])('%s', (_, schema, value, sentence) => {
    expect(() => parseInput(schema, value)).toThrow(expect.objectContaining({ code: 'invalid_input' }))
    expect(() => parseInput(schema, value)).toThrow(sentence)
  })

  it('gives the field as a detail', () => {
    expect(() => parseInput(itemReportsSchema, [{ ...item, action: 'fly' }])).toThrow(
      expect.objectContaining({ details: { field: '[0].action' } }),
    )
  })

  it('stops at a circle', () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(() => parseInput(completeOperationSchema, { status: 'failed', error_details: circle })).toThrow(/plain JSON/)
  })

  it('throws nothing but its own error, whatever comes', () => {
    const schemas = [
      createOperationSchema,
      progressPatchSchema,
      itemReportsSchema,
      syncStatusUpdateSchema,
      completeOperationSchema,
    ]
    fc.assert(
      fc.property(
        fc.constantFrom<z.ZodType>(...schemas),
        fc.anything({ withBigInt: true, withDate: true }),
        (schema, value) => {
          try {
            parseInput(schema, value)
          } catch (error) {
            expect(isSyncwatchError(error, 'invalid_input')).toBe(true)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('parseProgressPatch', () => {
  // What only the row can tell (more than the total) is left to applyProgress.
  for (const test of PROGRESS_CASES) {
    const refused = 'error' in test && !/total/.test(test.name)
    if (refused)
      it(`refuses ${test.name}`, () => {
        expect(() => parseProgressPatch(test.patch)).toThrow(expect.objectContaining({ code: 'invalid_progress' }))
      })
    else if (!('error' in test))
      it(`takes: ${test.name}`, () => {
        expect(parseProgressPatch(test.patch)).toEqual(test.patch)
      })
  }
})

describe('schemas and interfaces', () => {
  it('say the same', () => {
    const parse =
      <S extends z.ZodType>(schema: S) =>
      () =>
        parseInput(schema, null)
    expectTypeOf(parse(createOperationSchema)).returns.toEqualTypeOf<CreateOperation>()
    expectTypeOf(parse(progressPatchSchema)).returns.toEqualTypeOf<ProgressPatch>()
    expectTypeOf(parse(itemReportSchema)).returns.toEqualTypeOf<ItemReport>()
    expectTypeOf(parse(completeOperationSchema)).returns.toEqualTypeOf<CompleteOperation>()
    expectTypeOf(parse(syncStatusUpdateSchema)).returns.toExtend<SyncStatusUpdate>()
    expectTypeOf(parse(itemReportsSchema)).returns.toEqualTypeOf<ItemReport[]>()
  })

  it('can be documented', () => {
    for (const schema of [createOperationSchema, progressPatchSchema, itemReportSchema, syncStatusUpdateSchema])
      expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ type: 'object', additionalProperties: false })
  })
})
