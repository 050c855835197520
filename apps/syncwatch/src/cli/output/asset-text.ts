import {
  type AssetDetail,
  type AssetReplicaRow,
  type AssetRow,
  type AssetUsage,
  type AssetVersion,
  byteWords,
} from '@syncwatch/core'
import { plain, table } from './table.ts'
import { agoText } from './words.ts'

const STATES = { in_sync: 'in sync', differs: 'differs', not_verified: 'not verified' } as const

/** `in sync, verified 14 s ago`: never more than is known. */
function syncText({ sync_state, verified_at }: Pick<AssetRow, 'sync_state' | 'verified_at'>, now: number): string {
  const state = STATES[sync_state]
  return verified_at === null ? state : `${state}, verified ${agoText(verified_at, now)}`
}

/** Assets as a table. `now` is epoch milliseconds. */
export function assetTable(assets: readonly AssetRow[], now: number): string {
  return table<AssetRow>(
    [
      { title: 'KEY', text: (row) => row.key },
      { title: 'SIZE', align: 'right', text: (row) => byteWords(row.size) },
      { title: 'TYPE', text: (row) => row.mime_type ?? '' },
      { title: 'SYNC', text: (row) => syncText(row, now) },
      { title: 'ID', text: (row) => row.id },
    ],
    assets,
  )
}

/** What is in the trash. */
export function trashTable(assets: readonly AssetDetail[], now: number): string {
  return table<AssetDetail>(
    [
      { title: 'KEY', text: (row) => row.key },
      { title: 'SIZE', align: 'right', text: (row) => byteWords(row.size) },
      { title: 'DELETED', text: (row) => agoText(row.trashed_at, now) },
      { title: 'BY', text: (row) => row.trashed_by ?? '' },
      { title: 'WHY', text: (row) => row.trash_reason ?? '' },
      { title: 'ID', text: (row) => row.id },
    ],
    assets,
  )
}

/** Everything about one asset. */
export interface ShownAsset {
  readonly asset: AssetDetail
  readonly replicas: readonly AssetReplicaRow[]
  readonly versions: readonly AssetVersion[]
  readonly usage: readonly AssetUsage[]
}

export function assetText({ asset, replicas, versions, usage }: ShownAsset, now: number): string {
  const facts: [string, string | null][] = [
    ['id', asset.id],
    ['revision', String(asset.revision)],
    ['size', byteWords(asset.size)],
    ['type', asset.mime_type],
    ['pixels', asset.width === null ? null : `${asset.width} × ${asset.height}`],
    ['sha256', asset.sha256],
    ['display name', asset.display_name],
    ['description', asset.description],
    ['alt text', asset.alt_text],
    ['tags', asset.tags.length === 0 ? null : asset.tags.join(', ')],
    ['custom', Object.keys(asset.custom).length === 0 ? null : JSON.stringify(asset.custom)],
    ['trash', asset.trashed_at === null ? null : `deleted ${agoText(asset.trashed_at, now)} by ${asset.trashed_by}`],
  ]
  const lines = facts.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(14)}${plain(value)}\n`]))
  return [
    `${plain(asset.key)}\n`,
    ...lines,
    ...section(
      'Stores',
      replicas.map(
        (row) => `${row.store_name}: ${syncText(row, now)}${row.error_code === null ? '' : ` (${row.error_code})`}`,
      ),
    ),
    ...section(
      'Used in',
      usage.map((row) => `${row.used_in} ${row.reference}`),
    ),
    ...section(
      'Versions',
      versions.map((row) => `${row.id}  ${byteWords(row.size)}, ${row.reason} ${agoText(row.replaced_at, now)}`),
    ),
  ].join('')
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`\n${title}\n`, ...lines.map((line) => `  ${plain(line)}\n`)]
}
