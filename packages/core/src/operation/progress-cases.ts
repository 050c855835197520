import type { ProgressFields } from './apply-progress.ts'
import type { ProgressPatch } from './progress-patch.ts'

/**
 * The rules of progress as data, for tests of every place that applies them (TypeScript and SQL). `before` and `after`
 * name only what matters: an absent column of `before` is that of a new operation, one of `after` must be as before.
 */
export type ProgressCase = {
  readonly name: string
  readonly before: Partial<ProgressFields>
  readonly patch: ProgressPatch
} & ({ readonly after: Partial<ProgressFields> } | { readonly error: 'invalid_progress' })

/** The progress fields of an operation of which nothing is known yet. */
export const NO_PROGRESS: ProgressFields = {
  progress: null,
  total_items: null,
  processed_items: 0,
  failed_items: 0,
  total_bytes: null,
  processed_bytes: 0,
  phase: null,
  message: null,
}

const MOST = Number.MAX_SAFE_INTEGER
const ITEMS_10: Partial<ProgressFields> = { total_items: 10, progress: 0 }

export const PROGRESS_CASES: readonly ProgressCase[] = [
  // An explicit percent
  { name: 'a percent is taken', before: {}, patch: { progress: 50 }, after: { progress: 50 } },
  { name: 'zero percent is not unknown', before: {}, patch: { progress: 0 }, after: { progress: 0 } },
  { name: 'a fraction is cut to whole percent', before: {}, patch: { progress: 33.9 }, after: { progress: 33 } },
  { name: 'a percent may stay', before: { progress: 50 }, patch: { progress: 50 }, after: { progress: 50 } },
  { name: 'a percent never goes back', before: { progress: 60 }, patch: { progress: 50 }, after: { progress: 60 } },
  {
    name: '100 is kept as 99, finishing',
    before: {},
    patch: { progress: 100 },
    after: { progress: 99, phase: 'finishing' },
  },
  {
    name: '100 is finishing whatever the phase was',
    before: { progress: 40, phase: 'copying' },
    patch: { progress: 100 },
    after: { progress: 99, phase: 'finishing' },
  },
  {
    name: '100 is finishing whatever phase comes with it',
    before: {},
    patch: { progress: 100, phase: 'copying' },
    after: { progress: 99, phase: 'finishing' },
  },
  { name: '99.9 is not finishing', before: {}, patch: { progress: 99.9 }, after: { progress: 99 } },
  {
    name: 'a late percent leaves finishing alone',
    before: { progress: 99, phase: 'finishing' },
    patch: { progress: 10 },
    after: { progress: 99, phase: 'finishing' },
  },
  {
    name: 'an explicit percent wins over counts',
    before: ITEMS_10,
    patch: { progress: 70, processed_items: 2 },
    after: { progress: 70, processed_items: 2 },
  },
  {
    name: 'an explicit lower percent wins over counts',
    before: ITEMS_10,
    patch: { progress: 5, processed_items: 9 },
    after: { progress: 5, processed_items: 9 },
  },
  {
    name: 'an explicit percent that would go back is not replaced by counts',
    before: { ...ITEMS_10, progress: 30 },
    patch: { progress: 20, processed_items: 9 },
    after: { progress: 30, processed_items: 9 },
  },

  // Counts alone
  {
    name: 'counts give the percent',
    before: ITEMS_10,
    patch: { processed_items: 4 },
    after: { progress: 40, processed_items: 4 },
  },
  {
    name: 'counts are cut to whole percent',
    before: { total_items: 3, progress: 0 },
    patch: { processed_items: 2 },
    after: { progress: 66, processed_items: 2 },
  },
  {
    name: 'all counted is 99, and not finishing: the caller has not said so',
    before: ITEMS_10,
    patch: { processed_items: 10 },
    after: { progress: 99, processed_items: 10 },
  },
  {
    name: 'a total that comes late gives a percent',
    before: { processed_items: 5 },
    patch: { total_items: 20 },
    after: { progress: 25, total_items: 20 },
  },
  {
    name: 'total and count at once',
    before: {},
    patch: { processed_items: 1, total_items: 4 },
    after: { progress: 25, processed_items: 1, total_items: 4 },
  },
  {
    name: 'an unknown total gives no percent',
    before: {},
    patch: { processed_items: 500 },
    after: { progress: null, processed_items: 500 },
  },
  {
    name: 'an unknown total leaves a percent that was given',
    before: { progress: 30 },
    patch: { processed_items: 500 },
    after: { progress: 30, processed_items: 500 },
  },
  {
    name: 'a total of zero gives no percent',
    before: { total_items: 0 },
    patch: { processed_items: 0 },
    after: { progress: null },
  },
  {
    name: 'a count never goes back',
    before: { ...ITEMS_10, processed_items: 7, progress: 70 },
    patch: { processed_items: 3 },
    after: { progress: 70, processed_items: 7 },
  },
  {
    name: 'a total that grows does not take the percent back',
    before: { ...ITEMS_10, processed_items: 5, progress: 50 },
    patch: { total_items: 100 },
    after: { progress: 50, total_items: 100 },
  },
  {
    name: 'a total may shrink',
    before: { ...ITEMS_10, processed_items: 4, progress: 40 },
    patch: { total_items: 5 },
    after: { progress: 80, total_items: 5 },
  },
  {
    name: 'failures are counted and move no percent',
    before: { ...ITEMS_10, processed_items: 4, progress: 10 },
    patch: { failed_items: 2 },
    after: { progress: 10, failed_items: 2 },
  },
  {
    name: 'failures never go back',
    before: { ...ITEMS_10, failed_items: 3 },
    patch: { failed_items: 1 },
    after: { failed_items: 3 },
  },
  {
    name: 'the largest counts',
    before: {},
    patch: { processed_items: MOST - 1, total_items: MOST },
    after: { progress: 99, processed_items: MOST - 1, total_items: MOST },
  },

  // Bytes
  {
    name: 'bytes give the percent where no total of items is known',
    before: { total_bytes: 2000, progress: 0 },
    patch: { processed_bytes: 500 },
    after: { progress: 25, processed_bytes: 500 },
  },
  {
    name: 'items go before bytes',
    before: { ...ITEMS_10, total_bytes: 1000 },
    patch: { processed_bytes: 900, processed_items: 1 },
    after: { progress: 10, processed_bytes: 900, processed_items: 1 },
  },
  {
    name: 'bytes never go back',
    before: { total_bytes: 1000, processed_bytes: 600, progress: 60 },
    patch: { processed_bytes: 10 },
    after: { progress: 60, processed_bytes: 600 },
  },
  {
    name: 'a total of bytes rises with what was processed',
    before: { total_bytes: 1000, progress: 0 },
    patch: { processed_bytes: 1500 },
    after: { progress: 99, processed_bytes: 1500, total_bytes: 1500 },
  },

  // Words
  { name: 'a phase', before: { phase: 'listing' }, patch: { phase: 'copying' }, after: { phase: 'copying' } },
  { name: 'a message', before: { message: 'a' }, patch: { message: 'b' }, after: { message: 'b' } },
  { name: 'nothing', before: { ...ITEMS_10, message: 'a', phase: 'b' }, patch: {}, after: {} },

  // Refusals
  { name: 'below zero percent', before: {}, patch: { progress: -1 }, error: 'invalid_progress' },
  { name: 'a little below zero percent', before: {}, patch: { progress: -0.01 }, error: 'invalid_progress' },
  { name: 'above 100 percent', before: {}, patch: { progress: 101 }, error: 'invalid_progress' },
  { name: 'a little above 100 percent', before: {}, patch: { progress: 100.01 }, error: 'invalid_progress' },
  { name: 'a percent that is no number', before: {}, patch: { progress: Number.NaN }, error: 'invalid_progress' },
  { name: 'an infinite percent', before: {}, patch: { progress: Number.POSITIVE_INFINITY }, error: 'invalid_progress' },
  { name: 'a negative count', before: {}, patch: { processed_items: -1 }, error: 'invalid_progress' },
  { name: 'negative failures', before: {}, patch: { failed_items: -1 }, error: 'invalid_progress' },
  { name: 'a negative total', before: {}, patch: { total_items: -1 }, error: 'invalid_progress' },
  { name: 'negative bytes', before: {}, patch: { processed_bytes: -1 }, error: 'invalid_progress' },
  { name: 'a negative total of bytes', before: {}, patch: { total_bytes: -1 }, error: 'invalid_progress' },
  { name: 'a count above 2^53 - 1', before: {}, patch: { processed_items: 2 ** 53 }, error: 'invalid_progress' },
  { name: 'half an item', before: {}, patch: { processed_items: 1.5 }, error: 'invalid_progress' },
  { name: 'a count that is no number', before: {}, patch: { failed_items: Number.NaN }, error: 'invalid_progress' },
  { name: 'more items than the total', before: ITEMS_10, patch: { processed_items: 11 }, error: 'invalid_progress' },
  { name: 'more failures than the total', before: ITEMS_10, patch: { failed_items: 11 }, error: 'invalid_progress' },
  {
    name: 'a total below what is processed',
    before: { ...ITEMS_10, processed_items: 6, progress: 60 },
    patch: { total_items: 5 },
    error: 'invalid_progress',
  },
  {
    name: 'one bad number refuses the good ones beside it',
    before: ITEMS_10,
    patch: { progress: 50, processed_items: 5, failed_items: -1, message: 'half' },
    error: 'invalid_progress',
  },
]
