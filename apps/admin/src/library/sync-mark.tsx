import type { AssetRow, AssetSyncState } from '@syncwatch/core'
import { useStrings } from '@syncwatch/react/parts'
import { Check, CircleDashed, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

const marks = {
  in_sync: { Icon: Check, tone: 'text-good', words: 'in sync' },
  differs: { Icon: TriangleAlert, tone: 'text-warn', words: 'differs' },
  not_verified: { Icon: CircleDashed, tone: 'text-muted', words: 'not verified' },
} as const

/** The same in words, beside its shape. */
export function SyncWords({ state }: { state: AssetSyncState }): ReactNode {
  const { Icon, tone, words } = marks[state]
  return (
    <span className={`inline-flex items-center gap-1.5 ${tone}`}>
      <Icon size={13} aria-hidden="true" />
      {words}
    </span>
  )
}

/** Whether the stores have what the library has, and when that was verified: a shape, a colour and a title. */
export function SyncMark({ asset }: { asset: AssetRow }): ReactNode {
  const strings = useStrings()
  const { Icon, tone, words } = marks[asset.sync_state]
  const verified = asset.verified_at === null ? '' : `, ${strings.verifiedAt(strings.words.time(asset.verified_at))}`
  return (
    <span className={`flex-none ${tone}`} title={`${words}${verified}`}>
      <Icon size={13} aria-hidden="true" />
      <span className="sr-only">{words}</span>
    </span>
  )
}
