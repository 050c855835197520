import {
  byteWords,
  type ConflictResolution,
  type ConflictRow,
  type ConflictSideRow,
  SyncwatchError,
} from '@syncwatch/core'
import type { Command } from 'commander'
import { findStore } from '../api/find-store.ts'
import type { ServerApi } from '../api/server-api.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { plain, table } from '../output/table.ts'
import { agoText } from '../output/words.ts'

interface Page {
  items: ConflictRow[]
  next_cursor: string | null
}

/** Conflicts of one request. */
const MOST = 500

/** `conflicts list|resolve|undo`. */
export function conflictsCommands(program: Command, context: CliContext, outcome: Outcome): void {
  const group = program.command('conflicts').description('look at what both sides changed, and decide it')
  const listing = group.command('list').description('list the conflicts that wait for you')
  listing.option('--all', 'also those that were decided').option('--store <store>', 'only those of this store')
  frame(listing, context, outcome, list)
  const resolving = group.command('resolve [ids...]').description('decide conflicts; what loses stays reachable')
  resolving.requiredOption('--keep <side>', 'library, store or both')
  resolving.option('--all', 'all that wait').option('--store <store>', 'with --all: only those of this store')
  resolving.option('--count <number>', 'with --all: how many that are')
  frame(resolving, context, outcome, resolve)
  frame(group.command('undo <id>').description('take a decision back'), context, outcome, undo)
}

async function list({ server, flags, answer, context }: CommandInput): Promise<undefined> {
  const api = await server()
  const page = await read(api, flags, flags.all === true ? '' : 'state=open&')
  const now = context.clock.now()
  const text = page.items.length === 0 ? 'No conflicts.\n' : conflictTable(page.items, now)
  answer(page, page.next_cursor === null ? text : `${text}There are more.\n`)
}

async function read(api: ServerApi, flags: CommandInput['flags'], state: string): Promise<Page> {
  const store = typeof flags.store === 'string' ? `store_id=${(await findStore(api, flags.store)).id}&` : ''
  return api.call<Page>('GET', `/conflicts?${state}${store}limit=${MOST}`)
}

function conflictTable(rows: readonly ConflictRow[], now: number): string {
  return table<ConflictRow>(
    [
      { title: 'KEY', text: (row) => row.key },
      { title: 'STORE', text: (row) => row.store_name ?? '' },
      { title: 'LIBRARY', text: (row) => sideText(row.library_side, now) },
      { title: 'IN THE STORE', text: (row) => sideText(row.store_side, now) },
      { title: 'STATE', text: stateText },
      { title: 'ID', text: (row) => row.id },
    ],
    rows,
  )
}

function sideText(side: ConflictSideRow | null, now: number): string {
  return side === null ? 'deleted' : `${byteWords(side.size)}, ${agoText(side.modified_at, now)}`
}

function stateText(row: ConflictRow): string {
  if (row.state === 'open') return row.outcome === 'held' ? 'held' : 'both kept'
  return row.state === 'undone'
    ? 'undone'
    : `${row.resolution} kept${row.applied_at === null ? ', at the next run' : ''}`
}

interface Resolved {
  resolved: ConflictRow[]
  failed: { id: string; code: string; message: string }[]
}

async function resolve({ server, flags, answer }: CommandInput, ...given: string[]): Promise<ExitCode> {
  const resolution = sideOf(flags.keep)
  const api = await server()
  const ids = flags.all === true ? await allOpen(api, flags) : given
  if (ids.length === 0) {
    if (flags.all !== true)
      throw new SyncwatchError('configuration_invalid', 'Name the conflicts to decide, or say --all.')
    answer({ resolved: [], failed: [] }, 'No conflicts.\n')
    return EXIT.done
  }
  const body = { ids, resolution, count: ids.length }
  const outcome = await api.call<Resolved>('POST', '/conflicts/resolve', body)
  const failures = outcome.failed.map(({ id, message }) => `${id}  ${plain(message)}\n`)
  answer(outcome, `${outcome.resolved.length} decided.\n${failures.join('')}`)
  if (outcome.failed.length > 0) return EXIT.failed
  return (await api.call<Page>('GET', '/conflicts?state=open&limit=1')).items.length === 0 ? EXIT.done : EXIT.conflicts
}

function sideOf(given: unknown): ConflictResolution {
  if (given === 'library' || given === 'store' || given === 'both') return given
  throw new SyncwatchError('configuration_invalid', '--keep is library, store or both.')
}

async function allOpen(api: ServerApi, flags: CommandInput['flags']): Promise<string[]> {
  const { items } = await read(api, flags, 'state=open&')
  if (items.length > 1 && Number(flags.count) !== items.length)
    throw new SyncwatchError(
      'confirmation_needed',
      `${items.length} conflicts would be decided. Add "--count ${items.length}" to confirm that.`,
    )
  return items.map(({ id }) => id)
}

async function undo({ server, answer }: CommandInput, id: string): Promise<undefined> {
  const row = await (await server()).call<ConflictRow>('POST', `/conflicts/${encodeURIComponent(id)}/undo`)
  answer(
    row,
    row.state === 'open' ? 'Taken back; it waits for a decision again.\n' : 'Taken back: the other side has it.\n',
  )
}
