import { byteWords, type StoreSummary } from '@syncwatch/core'
import type { ServerApi } from '../api/server-api.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { plain, table } from '../output/table.ts'
import { countText } from '../output/words.ts'

interface PreviewRow {
  key: string
  rule: string
  library: string
  store: string
  size: number | null
}

interface Preview {
  complete: boolean
  gates: { gate: number; message: string }[]
  total: number
  bytes_to_library: number
  bytes_to_store: number
  rows: PreviewRow[]
}

/** Rows that are shown to people; `--json` has more. */
const SHOWN = 100

/** What `sync --dry-run` does: tells what a run would do, and changes nothing. */
export async function dryRun(
  api: ServerApi,
  store: StoreSummary,
  answer: (value: unknown, text: string) => void,
): Promise<ExitCode> {
  const preview = await api.call<Preview>('POST', `/stores/${store.id}/plan`)
  answer(preview, previewText(preview))
  return preview.gates.length > 0 ? EXIT.heldBack : EXIT.done
}

function previewText(preview: Preview): string {
  if (preview.total === 0) return 'Nothing to do.\n'
  const rows = table<PreviewRow>(
    [
      { title: 'KEY', text: (row) => row.key },
      { title: 'LIBRARY', text: (row) => (row.library === 'none' ? '' : row.library) },
      { title: 'STORE', text: (row) => (row.store === 'none' ? '' : row.store) },
      { title: 'SIZE', align: 'right', text: (row) => (row.size === null ? '?' : byteWords(row.size)) },
      { title: 'RULE', text: (row) => row.rule },
    ],
    preview.rows.slice(0, SHOWN),
  )
  const more = preview.total > SHOWN ? `and ${countText(preview.total - SHOWN)} more\n` : ''
  const gates = preview.gates.map(({ gate, message }) => `Gate ${gate} would hold back: ${plain(message)}\n`)
  const partly = preview.complete
    ? ''
    : 'The listing was not complete: nothing was concluded from what it did not show.\n'
  const bytes = `Up to ${byteWords(preview.bytes_to_library)} into the library, ${byteWords(preview.bytes_to_store)} into the store.\n`
  return `${rows}${more}\n${gates.join('')}${partly}${bytes}`
}
