import type { OperationRow } from '@syncwatch/core'
import { stalledFor } from '../state/stalled.ts'
import { englishWords } from './english-words.ts'
import type { SyncWords } from './words.ts'

/** Below this a figure would change faster than it can be read. */
const SOON_MS = 5000

/**
 * How long an operation will take yet, in words; null when the server withholds its estimate, or when it stalls. `now` is the server's
 * epoch milliseconds.
 */
export function etaWords(row: OperationRow, now: number, words: SyncWords = englishWords): string | null {
  if (row.status !== 'in_progress' || row.estimated_completion === null || stalledFor(row, now) !== null) return null
  const left = Date.parse(row.estimated_completion) - now
  if (Number.isNaN(left)) return null
  if (left < SOON_MS) return words.etaSoon
  const span = words.span(left)
  return words.eta(span, span)
}
