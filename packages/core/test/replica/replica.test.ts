import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applyDelta,
  applySnapshot,
  buildDelta,
  type Delta,
  type DeltaChange,
  type LiveRow,
  movedColumns,
  OPERATION_FIELDS,
  OPERATION_PROGRESS_FIELDS,
  type ReplicaRows,
} from '../../src/index.ts'

/** A whole operation row with something in each column. */
function operation(id: string, rev: number, columns: Partial<LiveRow> = {}): LiveRow {
  const row: LiveRow = { id, rev }
  for (const field of OPERATION_FIELDS as readonly string[]) row[field] ??= null
  return { ...row, status: 'in_progress', progress: rev, ...columns }
}

const full = (row: LiveRow): DeltaChange => ({ row, extent: 'full' })
const progress = (row: LiveRow): DeltaChange => ({ row, extent: 'progress' })
const overTheWire = (deltas: Delta[]): Delta[] => JSON.parse(JSON.stringify(deltas)) as Delta[]

const build = (changes: DeltaChange[], removed: string[] = []) =>
  overTheWire(buildDelta('operations', '7', changes, removed))

const apply = (rows: ReplicaRows, deltas: readonly Delta[]) =>
  deltas.reduce((held, delta) => applyDelta(held, delta).rows, rows)

describe('buildDelta', () => {
  it('sends nothing for nothing', () => {
    expect(buildDelta('operations', '1', [], [])).toEqual([])
    expect(buildDelta('operations', '1', [], [], null)).toEqual([])
  })

  it('sends progress under the short list of columns', () => {
    const [delta, ...more] = build([progress(operation('a', 3))])
    expect(more).toEqual([])
    expect(delta?.fields).toEqual(OPERATION_PROGRESS_FIELDS)
    expect(delta?.rows[0]?.slice(0, 3)).toEqual(['a', 3, 3])
  })

  it('sends only the columns that moved in one of the rows', () => {
    const before = operation('a', 3, { processed_items: 3, message: 'one' })
    const after = operation('a', 4, { processed_items: 4, message: 'one' })
    const moved = movedColumns(before, after)
    const [delta] = buildDelta('operations', '7', [{ ...progress(after), moved }], [])
    expect(delta).toMatchObject({ fields: ['id', 'rev', 'progress', 'processed_items'], rows: [['a', 4, 4, 4]] })
    const other = operation('b', 4, { failed_items: 1 })
    const changes = [
      { ...progress(after), moved },
      { ...progress(other), moved: movedColumns(operation('b', 3), other) },
    ]
    const [both] = buildDelta('operations', '7', changes, [])
    expect(both?.fields).toEqual(['id', 'rev', 'progress', 'processed_items', 'failed_items'])
  })

  it('sends every progress column where a version in between was not seen: what went there and back differs from none', () => {
    const moved = movedColumns(operation('a', 3, { message: 'one' }), operation('a', 5, { message: 'one' }))
    const [delta] = buildDelta('operations', '7', [{ ...progress(operation('a', 5)), moved }], [])
    expect(delta?.fields).toEqual(OPERATION_PROGRESS_FIELDS)
  })

  it('keeps the long texts of some away from many that did not change theirs', () => {
    const change = (index: number, message: string) => {
      const after = operation(`r${index}`, 2, { message })
      return { ...progress(after), moved: movedColumns(operation(`r${index}`, 1, { message: '' }), after) }
    }
    const build = (silent: number) =>
      buildDelta(
        'operations',
        '7',
        [...Array.from({ length: silent }, (_, index) => change(index, '')), change(99, 'hm')],
        [],
      )
    expect(build(50).map(({ fields, rows }) => [fields.includes('message'), rows.length])).toEqual([
      [false, 50],
      [true, 1],
    ])
    expect(build(49).map(({ rows }) => rows.length)).toEqual([50])
  })

  it('sends whole rows first, with removals and counts, then progress', () => {
    const counts = { pending: 0, in_progress: 2, completed: 1, failed: 0, cancelled: 0 }
    const changes = [progress(operation('a', 3)), full(operation('b', 1))]
    const [first, second, ...more] = buildDelta('operations', '9', changes, ['c'], counts)
    expect(more).toEqual([])
    expect(first).toMatchObject({ cursor: '9', removed: ['c'], counts, fields: OPERATION_FIELDS })
    expect(first?.rows.map((row) => row[0])).toEqual(['b'])
    expect(second).toMatchObject({ cursor: '9', removed: [], fields: OPERATION_PROGRESS_FIELDS })
    expect(second).not.toHaveProperty('counts')
    expect(second?.rows.map((row) => row[0])).toEqual(['a'])
  })

  it('sends counts with progress, and alone', () => {
    const counts = { pending: 0, in_progress: 2, completed: 1, failed: 0, cancelled: 0 }
    expect(buildDelta('operations', '9', [progress(operation('a', 3))], [], counts)).toMatchObject([{ counts }])
    expect(buildDelta('operations', '9', [], [], counts)).toMatchObject([{ counts, rows: [] }])
  })

  it('sends rows of other topics whole, whatever their extent', () => {
    const row = { id: 's', rev: 2, name: 'Photos', state: 'idle' }
    const [delta] = overTheWire(buildDelta('stores', '1', [progress(row), full({ id: 't', rev: 1, extra: 1 })], []))
    expect(delta?.fields).toEqual(['id', 'rev', 'name', 'state', 'extra'])
    expect(delta?.rows).toEqual([
      ['s', 2, 'Photos', 'idle', null],
      ['t', 1, null, null, 1],
    ])
  })
})

describe('applyDelta', () => {
  const held: ReplicaRows = Object.freeze({ a: Object.freeze(operation('a', 5)) })

  it('adds, changes and removes, and says which', () => {
    const changes = [full(operation('b', 1)), progress(operation('a', 6, { progress: 60, status: 'not sent' }))]
    const [whole, partial] = build(changes) as [Delta, Delta]
    const added = applyDelta(held, whole)
    expect(added).toMatchObject({ changed: ['b'], removed: [] })
    const moved = applyDelta(added.rows, partial)
    expect(moved).toMatchObject({ changed: ['a'], removed: [] })
    expect(moved.rows.a).toEqual(operation('a', 6, { progress: 60, status: 'in_progress' }))
    expect(moved.rows.b).toBe(added.rows.b)
    const gone = applyDelta(moved.rows, build([], ['a', 'never there'])[0] as Delta)
    expect(gone.removed).toEqual(['a'])
    expect(Object.keys(gone.rows)).toEqual(['b'])
  })

  it.each([4, 5])('drops rev %d where 5 is held, and keeps the same object', (rev) => {
    const result = applyDelta(held, build([full(operation('a', rev, { status: 'failed' }))])[0] as Delta)
    expect(result.rows).toBe(held)
    expect(result.changed).toEqual([])
  })

  it('reports progress of an unknown row as a gap and applies the rest', () => {
    const [delta] = build([progress(operation('x', 3)), progress(operation('a', 6))])
    const result = applyDelta(held, delta as Delta)
    expect(result.gap).toEqual({ reason: 'unknown_row', ids: ['x'] })
    expect(result.changed).toEqual(['a'])
    expect(result.rows).not.toHaveProperty('x')
  })

  it.each(['completed', 'failed', 'cancelled'])('lets no progress overtake %s', (status) => {
    const ended: ReplicaRows = { a: operation('a', 5, { status, progress: 100 }) }
    const result = applyDelta(ended, build([progress(operation('a', 99, { progress: 12 }))])[0] as Delta)
    expect(result).toEqual({ rows: ended, changed: [], removed: [] })
  })

  it('takes a row that was removed and came back in one delta', () => {
    const [delta] = build([full(operation('a', 6))], ['a'])
    expect(applyDelta(held, delta as Delta)).toMatchObject({ rows: { a: { rev: 6 } }, changed: ['a'], removed: [] })
  })

  it.each<[string, unknown]>([
    ['fields that do not begin with id and rev', { fields: ['rev', 'id'], rows: [], removed: [] }],
    ['no fields', { rows: [], removed: [] }],
    ['a row that is too short', { fields: ['id', 'rev', 'x'], rows: [['a', 6]], removed: [] }],
    ['a row that is no list', { fields: ['id', 'rev'], rows: [{ id: 'a' }], removed: [] }],
    ['an id that is no text', { fields: ['id', 'rev'], rows: [[1, 6]], removed: [] }],
    ['a rev that is no number', { fields: ['id', 'rev'], rows: [['a', '6']], removed: [] }],
    ['no list of removals', { fields: ['id', 'rev'], rows: [] }],
  ])('applies nothing of %s', (_, frame) => {
    const delta = { type: 'delta', topic: 'stores', cursor: '1', ...(frame as object) } as Delta
    expect(applyDelta(held, delta)).toEqual({
      rows: held,
      changed: [],
      removed: [],
      gap: { reason: 'malformed', ids: [] },
    })
  })

  it('is not fooled by ids that every object has', () => {
    const [delta] = build([progress(operation('constructor', 3))])
    expect(applyDelta({}, delta as Delta).gap?.ids).toEqual(['constructor'])
    expect(applyDelta({}, build([], ['toString'])[0] as Delta).removed).toEqual([])
  })
})

describe('applySnapshot', () => {
  it('replaces, keeps what is newer here, drops what it lacks', () => {
    const rows: ReplicaRows = { a: operation('a', 5), b: operation('b', 2), c: operation('c', 1) }
    const result = applySnapshot(rows, [operation('a', 4), operation('b', 3), operation('d', 1)])
    expect(Object.entries(result.rows).map(([id, row]) => `${id}${row.rev}`)).toEqual(['a5', 'b3', 'd1'])
    expect(result).toMatchObject({ changed: ['b', 'd'], removed: ['c'] })
  })

  it('keeps the same object when nothing changed', () => {
    const rows: ReplicaRows = { a: operation('a', 5) }
    expect(applySnapshot(rows, [operation('a', 5)]).rows).toBe(rows)
  })
})

/** The committed life of some operations: each step raises one row's rev, by progress alone or by anything, up to an end. */
interface Step {
  readonly row: LiveRow
  readonly extent: 'progress' | 'full'
}
const history: fc.Arbitrary<Step[]> = fc
  .array(fc.record({ id: fc.constantFrom('a', 'b', 'c'), kind: fc.constantFrom('progress', 'full', 'end') }), {
    maxLength: 30,
  })
  .map((moves) => {
    const rows = new Map<string, LiveRow>()
    return moves.flatMap(({ id, kind }): Step[] => {
      const before = rows.get(id)
      if (before?.status === 'completed') return []
      const rev = (before?.rev ?? 0) + 1
      const extent = kind === 'progress' && before !== undefined ? 'progress' : 'full'
      const status = kind === 'end' ? 'completed' : 'in_progress'
      const row: LiveRow = before
        ? { ...before, rev, progress: rev, ...(extent === 'full' && { status, triggered_by: `at ${rev}` }) }
        : operation(id, rev, { status })
      rows.set(id, row)
      return [{ row, extent }]
    })
  })

const newest = (steps: readonly Step[]): ReplicaRows =>
  Object.fromEntries(steps.map((step) => [step.row.id, step.row] as const))

/** Cuts a history into batches, joining the changes of one row as a session that is behind does. */
function session(steps: readonly Step[], sizes: readonly number[]): Delta[] {
  const deltas: Delta[] = []
  let from = 0
  for (let turn = 0; from < steps.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    const pending = new Map<string, Step>()
    for (const step of steps.slice(from, from + size)) {
      const extent = pending.get(step.row.id)?.extent === 'full' ? 'full' : step.extent
      pending.set(step.row.id, { row: step.row, extent })
    }
    deltas.push(...overTheWire(buildDelta('operations', String(turn), [...pending.values()], [])))
    from += size
  }
  return deltas
}

const sizes = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 })

describe('a replica ends with the newest rows', () => {
  it('however changes were joined on the way', () => {
    fc.assert(
      fc.property(history, sizes, (steps, sizes) => {
        expect(apply({}, session(steps, sizes))).toEqual(newest(steps))
      }),
      { numRuns: 300 },
    )
  })

  it('when it goes back in the stream again and again (at least once, in order)', () => {
    const jumps = fc.array(fc.record({ from: fc.nat(30), to: fc.nat(30) }), { maxLength: 6 })
    fc.assert(
      fc.property(history, sizes, jumps, (steps, sizes, jumps) => {
        const deltas = session(steps, sizes)
        const replayed = [deltas, ...jumps.map(({ from, to }) => deltas.slice(from, to)), deltas].flat()
        expect(apply({}, replayed)).toEqual(newest(steps))
      }),
      { numRuns: 300 },
    )
  })

  it('when two sessions of different nodes are interleaved in any way', () => {
    fc.assert(
      fc.property(history, sizes, sizes, fc.array(fc.boolean(), { maxLength: 60 }), (steps, left, right, picks) => {
        const queues = [session(steps, left), session(steps, right)] as const
        let rows: ReplicaRows = {}
        const last = (): Delta | undefined => queues[0].shift() ?? queues[1].shift()
        for (const pick of picks) {
          const delta = queues[pick ? 0 : 1].shift()
          if (delta !== undefined) rows = applyDelta(rows, delta).rows
        }
        for (let delta = last(); delta !== undefined; delta = last()) rows = applyDelta(rows, delta).rows
        expect(rows).toEqual(newest(steps))
      }),
      { numRuns: 300 },
    )
  })

  it('when whole rows come shuffled and doubled', () => {
    const shuffled = history.chain((steps) =>
      fc.tuple(
        fc.constant(steps),
        fc.shuffledSubarray([...steps, ...steps], { minLength: steps.length * 2, maxLength: steps.length * 2 }),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([steps, order]) => {
        const deltas = order.flatMap((step) => build([full(step.row)]))
        expect(apply({}, deltas)).toEqual(newest(steps))
      }),
      { numRuns: 300 },
    )
  })

  it('and in whatever order anything comes: rev never falls, and an end stays the end', () => {
    const shuffled = fc.tuple(history, sizes).chain(([steps, sizes]) => {
      const deltas = session(steps, sizes)
      return fc.shuffledSubarray([...deltas, ...deltas], { minLength: deltas.length * 2, maxLength: deltas.length * 2 })
    })
    fc.assert(
      fc.property(shuffled, (deltas) => {
        let rows: ReplicaRows = {}
        for (const delta of deltas) {
          const before = rows
          rows = applyDelta(before, delta).rows
          for (const [id, row] of Object.entries(before)) {
            expect(rows[id]?.rev).toBeGreaterThanOrEqual(row.rev)
            if (row.status === 'completed') expect(rows[id]).toBe(row)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
