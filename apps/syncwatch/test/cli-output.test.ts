import type { OperationRow } from '@syncwatch/core'
import { expect, test } from 'vitest'
import { LiveLine } from '../src/cli/output/live-line.ts'
import { endedSentence, runningLine } from '../src/cli/output/operation-line.ts'
import { plain, table } from '../src/cli/output/table.ts'
import { spanText } from '../src/cli/output/words.ts'

const row = {
  operation_type: 'full_sync',
  status: 'in_progress',
  progress: 41.7,
  processed_items: 412,
  total_items: 1000,
  failed_items: 0,
  message: 'Importing',
  phase: 'importing',
  start_time: '2026-01-01T00:00:00.000Z',
  end_time: null,
  error_details: null,
} as unknown as OperationRow

test('columns are aligned by what is seen, not by bytes', () => {
  const columns = [
    { title: 'NAME', text: (cells: string[]) => cells[0] ?? '' },
    { title: 'N', align: 'right' as const, text: (cells: string[]) => cells[1] ?? '' },
  ]
  const rows = [
    ['naïve', '1'],
    ['👨‍👩‍👧', '22'],
  ]
  expect(table(columns, rows)).toBe(['NAME    N', 'naïve   1', '👨‍👩‍👧      22', ''].join('\n'))
})

test('a name cannot move the cursor', () => {
  expect(plain('a\nb\u001b[2Jc\u0085d')).toBe('a·b·[2Jc·d')
})

test.each([
  [{}, 'full_sync  41 %  412/1,000  Importing'],
  [{ progress: null, total_items: null }, 'full_sync  412  Importing'],
  [
    { status: 'pending', progress: null, total_items: null, processed_items: 0, message: null, phase: null },
    'full_sync  pending',
  ],
  [{ failed_items: 3, message: null }, 'full_sync  41 %  412/1,000  3 failed  importing'],
])('a running operation with %j is one line', (change, line) => {
  expect(runningLine({ ...row, ...change } as OperationRow)).toBe(line)
})

test.each([
  [{ status: 'completed', end_time: '2026-01-01T00:00:04.200Z' }, 'Completed in 4.2 s: 412/1,000 items.'],
  [
    { status: 'failed', error_details: { message: 'The disk is full.' }, failed_items: 1 },
    'Failed: 412/1,000 items, 1 failed (The disk is full).',
  ],
  [{ status: 'cancelled', message: null }, 'Cancelled: 412/1,000 items.'],
])('an ended operation with %j is a sentence', (change, sentence) => {
  expect(endedSentence({ ...row, ...change } as OperationRow)).toBe(sentence)
})

test('a live line is rewritten at a terminal and written once a change elsewhere', () => {
  const written = (isTerminal: boolean) => {
    const parts: string[] = []
    const line = new LiveLine({ isTerminal, columns: 40, write: (part) => void parts.push(part) })
    for (const shown of ['one', 'one', 'two']) line.show(shown)
    line.clear()
    return parts.join('')
  }
  expect(written(false)).toBe('one\ntwo\n')
  expect(written(true)).toBe('\r\x1b[2Kone\r\x1b[2Ktwo\r\x1b[2K')
})

test.each([
  [850, '850 ms'],
  [4200, '4.2 s'],
  [40_000, '40 s'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
])('%i ms read %s', (milliseconds, text) => {
  expect(spanText(milliseconds)).toBe(text)
})
