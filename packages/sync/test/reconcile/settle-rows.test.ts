import { describe, expect, test } from 'vitest'
import { settle } from '../../src/reconcile/settle.ts'
import type { ConflictPolicy, ThreeTrees } from '../../src/reconcile/three-trees.ts'
import { brief, type Letters, trees } from '../support/trees.ts'

const POLICIES: readonly ConflictPolicy[] = ['keep-both', 'newer', 'library', 'store', 'manual']

/** What each policy comes to; `rest` stands for those that are not named. */
type Expected = string | ({ readonly rest: string } & Partial<Record<ConflictPolicy, string>>)
type Row = readonly [rule: string, library: Letters, store: Letters, expected: Expected, more?: Partial<ThreeTrees>]

const AGAIN = { rest: '- | create', store: 'trash | -, tombstone', manual: 'hold conflict' }
const HELD = { manual: 'hold conflict' }
const taken = (by: ThreeTrees['taken'], at: string | null = null): Partial<ThreeTrees> => ({
  taken: by,
  rivals: { library: at, store: at },
})
/** Before and after everything that changed in these rows. */
const [BEFORE, AFTER] = ['2029-12-31T00:00:00.000Z', '2030-02-01T00:00:00.000Z']
const BURIED: Partial<ThreeTrees> = { base: null, tombstone: { version: 'v1' } }

const TWO_WAY: readonly Row[] = [
  ['R1', '=', '=', 'nothing'],
  ['R1', '=', 't', '- | -'],
  ['R1', '-', '-', 'nothing'],
  ['R2', 'M', '=', '- | content'],
  ['R2', 'M', 't', '- | content'],
  ['R3', '=', 'M', 'content | -'],
  ['R4', 'D', '=', '- | delete, tombstone'],
  ['R4', 'D', 't', '- | delete, tombstone'],
  ['R4', 'D!', '=', '- | delete, tombstone'],
  ['R5', '=', 'D', 'trash | -, tombstone'],
  ['R6', 'D', 'D', '- | -, tombstone'],
  ['R7', 'S', 'S', '- | -'],
  [
    'R8',
    'M',
    'M',
    {
      rest: '- | content, store to copy',
      library: '- | content, store to trash',
      store: 'content | -, library to trash',
      ...HELD,
    },
  ],
  [
    'R8',
    'M+',
    'M',
    {
      rest: '- | content, store to copy',
      library: '- | content, store to trash',
      store: 'content | -, library to trash',
      ...HELD,
    },
  ],
  [
    'R8',
    'M',
    'M+',
    {
      rest: '- | content, store to copy',
      newer: 'content | -, library to copy',
      library: '- | content, store to trash',
      store: 'content | -, library to trash',
      ...HELD,
    },
  ],
  ['R9', 'M', 'D', { ...AGAIN, store: 'trash | -, library to trash, tombstone' }],
  ['R10', 'D', 'M', { rest: 'restore content | -', library: '- | delete, store to trash, tombstone', ...HELD }],
  [
    'R10',
    'D!',
    'M',
    { rest: 'restore content | -, library to trash', library: '- | delete, store to trash, tombstone', ...HELD },
  ],
  ['R11', 'R', '=', '- | key library.jpg'],
  ['R11', '=', 'R', 'key store.jpg | -'],
  ['R11', 'RM', '=', '- | key library.jpg content'],
  ['R11', '=', 'RM', 'key store.jpg content | -'],
  ['R12', 'R', 'M', 'content | key library.jpg'],
  ['R12', 'M', 'R', 'key store.jpg | content'],
  ['R11', 'R', 'm', 'metadata | key library.jpg'],
  ['R13', 'R', 'D', AGAIN],
  ['R13', 'D', 'R', { rest: 'restore key store.jpg | -', library: '- | delete, tombstone', ...HELD }],
  ['R14', 'Q', 'Q', '- | -'],
  ['R14', 'R', 'R', { rest: '- | key library.jpg', store: 'key store.jpg | -' }],
  ['R14', 'R', 'R', { rest: '- | key library.jpg', store: 'key store.jpg | -' }, taken('library')],
  ['R11/R15', '=', 'R', { rest: '- | -, store to name', store: 'key store.jpg | -', ...HELD }, taken('library')],
  [
    'R11/R15',
    '=',
    'R',
    { rest: '- | -, store to name', newer: 'key store.jpg | -', store: 'key store.jpg | -', ...HELD },
    taken('library', BEFORE),
  ],
  ['R11/R15', '=', 'R', { rest: '- | -, store to name', store: 'key store.jpg | -', ...HELD }, taken('library', AFTER)],
  [
    'R11/R15',
    '=',
    'RM',
    { rest: 'content | -, store to name', store: 'key store.jpg content | -', ...HELD },
    taken('both'),
  ],
  ['R15', '-', 'N', { rest: 'create | -, store to name', store: 'create | -', ...HELD }, taken('library')],
  [
    'R15',
    '-',
    'N',
    { rest: 'create | -, store to name', newer: 'create | -', store: 'create | -', ...HELD },
    taken('library', BEFORE),
  ],
  [
    'R10/R15',
    'D',
    'M',
    { rest: 'restore content | -, store to name', library: '- | delete, store to trash, tombstone', ...HELD },
    taken('library'),
  ],
  ['R11/R15', 'R', '=', { rest: '- | key library.jpg', store: '- | -, library to name', ...HELD }, taken('store')],
  [
    'R11/R15',
    'R',
    '=',
    { rest: '- | key library.jpg', newer: '- | -, library to name', store: '- | -, library to name', ...HELD },
    taken('store', AFTER),
  ],
  [
    'R8',
    'RM',
    'M',
    {
      rest: '- | key library.jpg content, store to copy',
      library: '- | key library.jpg content, store to trash',
      store: 'content | -, library to trash and name',
      ...HELD,
    },
    taken('store'),
  ],
  [
    'R9/R15',
    'M',
    'D',
    {
      rest: '- | create',
      newer: '- | create, library to name',
      store: 'trash | -, library to trash, tombstone',
      ...HELD,
    },
    taken('store', AFTER),
  ],
  [
    'R8',
    'M',
    'RM',
    {
      rest: '- | key a.jpg content, store to copy',
      store: 'key store.jpg content | -, library to trash',
      ...HELD,
    },
    taken('library'),
  ],
  ['R16', 'm', 'm', 'metadata | metadata'],
  ['R16', 'm', '=', '- | metadata'],
  ['R16', '=', 'm', 'metadata | -'],
  ['R16', 'x', 'x', { rest: '- | metadata', store: 'metadata | -' }],
  ['R17', 'm', 'M', 'content | metadata'],
  ['R17', 'M', 'm', 'metadata | content'],
  ['R18', 'm', 'D', AGAIN],
  ['R18', 'D', 'm', { rest: 'restore metadata | -', library: '- | delete, tombstone', ...HELD }],
  ['R19', 'N', '-', '- | create'],
  ['R15/R19', 'N', '-', { rest: '- | create', store: '- | create, library to name', ...HELD }, taken('store')],
  [
    'R15/R19',
    'N',
    '-',
    { rest: '- | create', newer: '- | create, library to name', store: '- | create, library to name', ...HELD },
    taken('store', AFTER),
  ],
  ['R20', '-', 'N', 'create | -'],
  ['R20', 'D', 'N', 'create | -', { base: null }],
  ['R21', 'n', 'n', '- | -'],
  [
    'R22',
    'N',
    'N',
    {
      rest: '- | content, store to copy',
      library: '- | content, store to trash',
      store: 'content | -, library to trash',
      ...HELD,
    },
  ],
  [
    'R22',
    'N',
    'N+',
    {
      rest: '- | content, store to copy',
      newer: 'content | -, library to copy',
      library: '- | content, store to trash',
      store: 'content | -, library to trash',
      ...HELD,
    },
  ],
  ['R23', '-', '=', 'look object', BURIED],
  ['R23', 'D', 'M', 'look object', BURIED],
  ['R23', '=', '=', 'look object', BURIED],
  ['R19', '=', 'D', '- | create', BURIED],
  ['R1', 'D', 'D', 'nothing', BURIED],
  ...['=', 'M', 'm', 'R', 'D', 'N'].map((library): Row => ['R24', library, '?', 'nothing']),
  ['R25', 'N', '-', 'hold name_collision', { twin: true }],
  ['R25', 'R', '=', 'hold name_collision', { twin: true }],
  ['R2/R25', 'M', '=', '- | content', { twin: true }],
]

const LIBRARY_BACK = { rest: 'hold mode', library: '- | content, store to trash' }
const STORE_BACK = { rest: 'hold mode', store: 'content | -, library to trash' }

/** A mirror in: the store is never written. */
const PULL: readonly Row[] = [
  ['R1', '=', '=', 'nothing'],
  ['R2', 'M', '=', STORE_BACK],
  ['R3', '=', 'M', 'content | -'],
  ['R4', 'D', '=', 'nothing'],
  ['R5', '=', 'D', 'trash | -, tombstone'],
  ['R6', 'D', 'D', '- | -, tombstone'],
  ['R7', 'S', 'S', '- | -'],
  ['R8', 'M', 'M', { ...STORE_BACK, ...HELD }],
  ['R8', 'M', 'M+', { ...STORE_BACK, newer: 'content | -, library to trash', ...HELD }],
  ['R9', 'M', 'D', { rest: '- | -, release', store: 'trash | -, library to trash, tombstone', ...HELD }],
  ['R10', 'D', 'M', { rest: 'restore content | -', library: 'nothing', ...HELD }],
  ['R11', 'R', '=', 'nothing'],
  ['R11', '=', 'R', 'key store.jpg | -'],
  ['R12', 'R', 'M', 'content | -'],
  ['R13', 'R', 'D', { rest: '- | -, release', store: 'trash | -, tombstone', ...HELD }],
  ['R14', 'R', 'R', { rest: '- | -', store: 'key store.jpg | -' }],
  ['R15', '-', 'N', { rest: 'hold mode', ...HELD }, taken('library')],
  ['R15', '=', 'R', { rest: 'hold mode', ...HELD }, taken('library')],
  ['R10/R15', 'D', 'M', { rest: 'hold mode', library: 'nothing', ...HELD }, taken('library')],
  ['R16', 'm', '=', 'nothing'],
  ['R16', '=', 'm', 'metadata | -'],
  ['R16', 'm', 'm', 'metadata | -'],
  ['R17', 'm', 'M', 'content | -'],
  ['R18', 'm', 'D', { rest: '- | -, release', store: 'trash | -, tombstone', ...HELD }],
  ['R19', 'N', '-', 'nothing'],
  ['R20', '-', 'N', 'create | -'],
  ['R21', 'n', 'n', '- | -'],
  ['R22', 'N', 'N', { ...STORE_BACK, ...HELD }],
  ['R23', 'D', '=', 'look object', BURIED],
  ['R24', 'D', '?', 'nothing'],
]

/** A mirror out: the library is never written. */
const PUSH: readonly Row[] = [
  ['R1', '=', '=', 'nothing'],
  ['R2', 'M', '=', '- | content'],
  ['R3', '=', 'M', LIBRARY_BACK],
  ['R4', 'D', '=', '- | delete, tombstone'],
  ['R5', '=', 'D', '- | create'],
  ['R6', 'D', 'D', '- | -, tombstone'],
  ['R7', 'S', 'S', '- | -'],
  ['R8', 'M', 'M', { ...LIBRARY_BACK, ...HELD }],
  ['R8', 'M+', 'M', { ...LIBRARY_BACK, newer: '- | content, store to trash', ...HELD }],
  ['R9', 'M', 'D', '- | create'],
  ['R10', 'D', 'M', { rest: 'hold mode', library: '- | delete, store to trash, tombstone', ...HELD }],
  ['R11', 'R', '=', '- | key library.jpg'],
  ['R11', '=', 'R', '- | key a.jpg'],
  ['R12', 'M', 'R', '- | key a.jpg content'],
  ['R13', 'R', 'D', '- | create'],
  ['R14', 'R', 'R', '- | key library.jpg'],
  ['R16', 'm', '=', '- | metadata'],
  ['R16', '=', 'm', '- | metadata'],
  ['R16', 'm', 'm', '- | metadata'],
  ['R17', 'M', 'm', '- | content metadata'],
  ['R18', 'm', 'D', '- | create'],
  ['R19', 'N', '-', '- | create'],
  ['R20', '-', 'N', 'nothing'],
  ['R15', '-', 'N', { rest: 'hold mode', ...HELD }, taken('library')],
  ['R21', 'n', 'n', '- | -'],
  ['R22', 'N', 'N', { ...LIBRARY_BACK, ...HELD }],
  ['R23', 'D', '=', 'look object', BURIED],
  ['R24', 'D', '?', 'nothing'],
]

describe.each([
  ['two-way', TWO_WAY],
  ['pull', PULL],
  ['push', PUSH],
] as const)('%s', (mode, rows) => {
  const cases = rows.flatMap(([rule, library, store, expected, more]) =>
    POLICIES.map((conflicts) => ({
      title: `${rule} ${conflicts}: ${library} here, ${store} there${more === undefined ? '' : `, ${JSON.stringify(more)}`}`,
      rule,
      seen: trees(library, store, more),
      conflicts,
      expected: typeof expected === 'string' ? expected : (expected[conflicts] ?? expected.rest),
    })),
  )
  test.each(cases)('$title', ({ rule, seen, conflicts, expected }) => {
    const settlement = settle(seen, { mode, conflicts })
    expect(brief(settlement)).toBe(expected)
    expect(rule.split('/')).toContain(settlement.rule)
  })
})

test('R15: what nobody has the content of gives up its name where it loses it, although nothing can be written', () => {
  const seen = { ...trees('N', '-'), ...taken('store') }
  if (seen.library === null) throw new Error('There is no asset.')
  const lost = { ...seen, library: { ...seen.library, sha256: null } }
  expect(brief(settle(seen, { mode: 'two-way', conflicts: 'store' }))).toBe('- | create, library to name')
  expect(brief(settle(lost, { mode: 'two-way', conflicts: 'store' }))).toBe('- | -, library to name, release')
  expect(brief(settle(lost, { mode: 'two-way', conflicts: 'library' }))).toBe('- | create')
})

test('R10/R15: an object that was to get a name in between and never did has no new name to claim', () => {
  const seen = { ...trees('D', 'M'), ...taken('library') }
  if (seen.base === null || typeof seen.store === 'string') throw new Error('There is no object.')
  const stayed = brief(settle(seen, { mode: 'two-way', conflicts: 'store' }))
  expect(stayed).toContain('store to name')
  const announced = { ...seen, base: { ...seen.base, key: `${seen.store.key}.syncwatch-moving-0123abcd` } }
  expect(brief(settle(announced, { mode: 'two-way', conflicts: 'store' }))).toBe(stayed)
})

test('R13: what nobody has the content of is not written again where the store has lost it', () => {
  const seen = trees('R', 'D')
  if (seen.library === null) throw new Error('There is no asset.')
  const lost = { ...seen, library: { ...seen.library, sha256: null } }
  for (const conflicts of ['keep-both', 'newer', 'library'] as const) {
    expect(brief(settle(seen, { mode: 'two-way', conflicts }))).toBe('- | create')
    expect(brief(settle(lost, { mode: 'two-way', conflicts }))).toBe('trash | -, tombstone')
  }
  expect(brief(settle(lost, { mode: 'two-way', conflicts: 'manual' }))).toBe('hold conflict')
  expect(brief(settle(lost, { mode: 'push', conflicts: 'keep-both' }))).toBe('- | create')
  expect(brief(settle(lost, { mode: 'pull', conflicts: 'keep-both' }))).toBe('- | -, release')
})
