import type { AssetDetail, AssetReplicaRow, AssetRow, AssetUsage, AssetVersion } from '@syncwatch/core'
import type { Command } from 'commander'
import { findAsset } from '../api/find-asset.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { assetTable, assetText, trashTable } from '../output/asset-text.ts'
import { changeAssets } from './change-assets.ts'

interface Page<Row> {
  items: Row[]
  next_cursor: string | null
}

/** `assets list|show|rename|edit|put|rm|restore`. */
export function assetsCommands(program: Command, context: CliContext, outcome: Outcome): void {
  const group = program.command('assets').description('look at the library and change it')
  const listing = group.command('list').description('list assets, latest first')
  listing.option('--search <text>', 'only those whose key contains this')
  listing.option('--folder <folder>', 'only those directly in this folder; / is the root')
  listing.option('--trash', 'those in the trash instead')
  listing.option('--limit <number>', 'how many (default 50)')
  frame(listing, context, outcome, list)
  const showing = group.command('show <asset>').description('show one asset with its stores, uses and versions')
  frame(showing, context, outcome, show)
  changeAssets(group, context, outcome)
}

async function list({ server, flags, answer, context }: CommandInput): Promise<undefined> {
  const query = new URLSearchParams({ limit: String(flags.limit ?? 50) })
  for (const name of ['search', 'folder']) if (typeof flags[name] === 'string') query.set(name, flags[name])
  const api = await server()
  const now = context.clock.now()
  if (flags.trash === true) {
    const trash = await api.call<Page<AssetDetail>>('GET', `/trash?limit=${query.get('limit')}`)
    return answer(trash, trash.items.length === 0 ? 'The trash is empty.\n' : trashTable(trash.items, now)) as undefined
  }
  const page = await api.call<Page<AssetRow>>('GET', `/assets?${query}`)
  return answer(page, page.items.length === 0 ? 'No assets.\n' : assetTable(page.items, now)) as undefined
}

async function show({ server, answer, context }: CommandInput, wanted: string): Promise<undefined> {
  const api = await server()
  const { id } = await findAsset(api, wanted)
  const [asset, versions, usage] = await Promise.all([
    api.call<AssetDetail>('GET', `/assets/${id}`),
    api.call<Page<AssetVersion>>('GET', `/assets/${id}/versions`),
    api.call<Page<AssetUsage>>('GET', `/assets/${id}/usage`),
  ])
  const replicas =
    asset.trashed_at === null ? (await api.call<Page<AssetReplicaRow>>('GET', `/assets/${id}/replicas`)).items : []
  const shown = { asset, replicas, versions: versions.items, usage: usage.items }
  answer(shown, assetText(shown, context.clock.now()))
}
