import type { RunTally } from './run-tally.ts'

type Counted = Pick<RunTally, 'of' | 'processedItems' | 'failedItems' | 'passedOver'>

/**
 * What a run came to, in one line whose parts add up to its whole: each file that was looked at, on either side, is counted once.
 * `held` are those that gates hold back.
 */
export function runMessage(tally: Counted, held: number): string {
  const parts: [number, string][] = [
    [tally.of('imported'), 'imported'],
    [tally.of('updated'), 'updated'],
    [tally.of('exported'), 'written to the store'],
    [tally.of('renamed'), 'renamed'],
    [tally.of('described'), 'described anew'],
    [tally.of('deleted'), 'deleted'],
    [tally.of('copied'), 'kept in both versions'],
    [held, 'waiting for approval'],
    [tally.of('held') - held, 'held back'],
    [tally.passedOver, 'passed over'],
    [tally.failedItems, 'failed'],
  ]
  const all = tally.processedItems
  const files = `${shown(all)} ${all === 1 ? 'file' : 'files'}`
  const unchanged = parts.reduce((left, [count]) => left - count, all)
  if (unchanged === all) return `${files}: nothing to do`
  const told = [...parts, [unchanged, 'unchanged'] as const].filter(([count]) => count > 0)
  return `${files}: ${told.map(([count, what]) => `${shown(count)} ${what}`).join(', ')}`
}

const shown = (count: number): string => count.toLocaleString('en-US')
