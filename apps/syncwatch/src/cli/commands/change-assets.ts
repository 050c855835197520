import { openAsBlob } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type AssetDetail, type AssetRow, isSyncwatchError, SyncwatchError } from '@syncwatch/core'
import type { Command } from 'commander'
import { findAsset, findTrashed } from '../api/find-asset.ts'
import type { ServerApi } from '../api/server-api.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { plain } from '../output/table.ts'

/** The commands that change assets. Each is made on the revision that it has just read. */
export function changeAssets(group: Command, context: CliContext, outcome: Outcome): void {
  const renaming = group.command('rename <asset> <key>').description('rename or move it; the stores follow')
  frame(renaming, context, outcome, rename)
  const editing = group.command('edit <asset>').description('describe it; an empty value takes one away')
  for (const [name] of FIELDS) editing.option(`--${name} <text>`)
  editing
    .option('--tags <list>', 'separated by commas')
    .option('--custom <json>', 'all custom fields, as a JSON object')
  frame(editing, context, outcome, edit)
  const putting = group.command('put <file> <key>').description('make an asset of a file, or replace its content')
  frame(putting, context, outcome, put)
  const removing = group.command('rm <assets...>').description('put assets into the trash')
  removing.option('--count <number>', 'how many that are, where they are several')
  removing.option('--force', 'also what the app uses')
  frame(removing, context, outcome, remove)
  const restoring = group.command('restore <asset>').description('take an asset out of the trash')
  restoring.option('--as <key>', 'under another name')
  frame(restoring, context, outcome, restore)
}

const FIELDS = [
  ['display-name', 'displayName', 'display_name'],
  ['description', 'description', 'description'],
  ['alt-text', 'altText', 'alt_text'],
] as const

async function rename({ server, answer }: CommandInput, wanted: string, key: string): Promise<undefined> {
  const api = await server()
  const { id, revision } = await findAsset(api, wanted)
  const asset = await api.call<AssetDetail>('PATCH', `/assets/${id}`, { key }, revision)
  answer(asset, `It is "${plain(asset.key)}" now.\n`)
}

async function edit({ server, flags, answer }: CommandInput, wanted: string): Promise<undefined> {
  const changes: Record<string, unknown> = {}
  for (const [, flag, field] of FIELDS) if (typeof flags[flag] === 'string') changes[field] = flags[flag] || null
  if (typeof flags.tags === 'string')
    changes.tags = flags.tags.split(',').flatMap((tag) => (tag.trim() === '' ? [] : [tag.trim()]))
  if (typeof flags.custom === 'string') changes.custom = parseCustom(flags.custom)
  if (Object.keys(changes).length === 0)
    throw new SyncwatchError('configuration_invalid', 'Say what to change, such as --alt-text "A red hat".')
  const api = await server()
  const { id, revision } = await findAsset(api, wanted)
  const asset = await api.call<AssetDetail>('PATCH', `/assets/${id}`, changes, revision)
  answer(asset, `"${plain(asset.key)}" is at revision ${asset.revision}.\n`)
}

function parseCustom(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch (cause) {
    throw new SyncwatchError('configuration_invalid', '--custom is not JSON.', { cause })
  }
}

async function put({ server, answer, context }: CommandInput, file: string, key: string): Promise<undefined> {
  const path = resolve(context.folder, file)
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw new SyncwatchError('configuration_invalid', `"${plain(file)}" cannot be read.`, { cause })
  })
  const blob = await openAsBlob(path)
  const api = await server()
  const known = await findAsset(api, key).catch(noneOf)
  const bytes = { size: blob.size, stream: blob.stream() }
  const asset =
    known === null
      ? await api.upload<AssetDetail>('POST', `/assets?key=${encodeURIComponent(key)}`, bytes)
      : await api.upload<AssetDetail>('PUT', `/assets/${known.id}/content`, bytes, known.revision)
  answer(asset, `${known === null ? 'Made' : 'Replaced the content of'} "${plain(asset.key)}".\n`)
}

function noneOf(error: unknown): null {
  if (isSyncwatchError(error, 'asset_not_found')) return null
  throw error
}

async function remove({ server, flags, answer }: CommandInput, ...wanted: string[]): Promise<undefined> {
  const api = await server()
  const assets: AssetRow[] = []
  for (const one of wanted) assets.push(await findAsset(api, one))
  const { trashed } = await api.call<{ trashed: string[] }>('POST', '/assets/delete', {
    assets: assets.map(({ id, revision }) => ({ id, revision })),
    count: countOf(flags.count, assets.length),
    force: flags.force === true,
  })
  const what = trashed.length === 1 ? `"${plain(assets[0]?.key ?? '')}" is` : `${trashed.length} assets are`
  answer({ trashed }, `${what} in the trash; "syncwatch assets restore" takes it back.\n`)
}

function countOf(given: unknown, actual: number): number {
  if (typeof given === 'string') return Number(given)
  if (actual === 1) return 1
  throw new SyncwatchError(
    'confirmation_needed',
    `${actual} assets would be deleted. Add "--count ${actual}" to confirm that.`,
  )
}

async function restore({ server, flags, answer }: CommandInput, wanted: string): Promise<undefined> {
  const api: ServerApi = await server()
  const { id, revision } = await findTrashed(api, wanted)
  const body = typeof flags.as === 'string' ? { key: flags.as } : {}
  const asset = await api.call<AssetDetail>('POST', `/assets/${id}/restore`, body, revision)
  answer(asset, `"${plain(asset.key)}" is back.\n`)
}
