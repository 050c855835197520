import type { ItemRow, OperationRow } from '@syncwatch/core'
import type { Command } from 'commander'
import { findStore } from '../api/find-store.ts'
import type { ServerApi } from '../api/server-api.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { followOperation } from '../follow-operation.ts'
import { endedSentence } from '../output/operation-line.ts'
import { plain } from '../output/table.ts'
import { dryRun } from './dry-run.ts'

/** `sync <store>`: starts a run and stays with it to its end. */
export function syncCommand(program: Command, context: CliContext, outcome: Outcome): void {
  const command = program.command('sync <store>').description('sync a store now and follow it to its end')
  command.option('--no-wait', 'do not wait for the end')
  command.option('--dry-run', 'only tell what a run would do')
  frame(command, context, outcome, run)
}

async function run({ server, flags, json, answer, context }: CommandInput, wanted: string): Promise<ExitCode> {
  const api = await server()
  const store = await findStore(api, wanted)
  if (flags.dryRun === true) return dryRun(api, store, answer)
  const begun = await api.call<OperationRow>('POST', `/stores/${store.id}/sync`)
  if (flags.wait === false) {
    answer(begun, `Begun as ${begun.id}.\n`)
    return EXIT.done
  }
  const ended = await followOperation(api, begun, context, json)
  const left = ended.status === 'completed' ? await whatIsLeft(api, ended, store.id) : NOTHING_LEFT
  const sentences = [
    heldSentence(left.held, ended),
    planSentence(left.plan, store.name),
    conflictSentence(left.conflicts),
  ]
  answer({ ...ended, left }, `${endedSentence(ended)}\n${sentences.join('')}`)
  if (ended.status !== 'completed') return EXIT.failed
  if (left.plan > 0 || left.held > 0) return EXIT.heldBack
  return left.conflicts > 0 ? EXIT.conflicts : EXIT.done
}

/** What a completed run did not settle. */
interface Left {
  /** Items that are held back for what they are, such as two names that the store cannot tell apart. */
  readonly held: number
  /** Rows of the plan that waits for an approval. */
  readonly plan: number
  /** Conflicts that wait for a person. */
  readonly conflicts: number
}

const NOTHING_LEFT: Left = { held: 0, plan: 0, conflicts: 0 }

async function whatIsLeft(api: ServerApi, ended: OperationRow, storeId: string): Promise<Left> {
  const [held, { plan }, conflicts] = await Promise.all([
    heldKeys(api, ended),
    api.call<{ plan: { state: string; counts: { rows: number } } | null }>('GET', `/stores/${storeId}/plan?limit=1`),
    api.call<{ items: { key: string }[] }>('GET', `/conflicts?state=open&store_id=${storeId}&limit=500`),
  ])
  const inConflict = new Set(conflicts.items.map(({ key }) => key))
  const rows = plan?.state === 'pending' ? plan.counts.rows : 0
  // What waits in the plan or in the inbox is said there.
  const others = rows > 0 ? 0 : held.filter((key) => !inConflict.has(key)).length
  return { held: others, plan: rows, conflicts: inConflict.size }
}

/** The keys of files that are held back, of the first page. */
async function heldKeys(api: ServerApi, { id }: OperationRow): Promise<string[]> {
  const { items } = await api.call<{ items: ItemRow[] }>('GET', `/operations/${id}/items?state=skipped&limit=500`)
  return items.filter((item) => item.error_code === 'held_back').map((item) => item.item_key)
}

function heldSentence(held: number, { id }: OperationRow): string {
  if (held === 0) return ''
  return `${held === 500 ? 'At least 500' : held} held back; "syncwatch operations show ${id}" says which and why.\n`
}

function planSentence(rows: number, store: string): string {
  return rows === 0 ? '' : `${rows} wait for your approval; "syncwatch plan show ${plain(store)}" says what and why.\n`
}

function conflictSentence(count: number): string {
  if (count === 0) return ''
  const many = count === 500 ? 'At least 500 conflicts are' : `${count} conflicts are`
  return `${count === 1 ? '1 conflict is' : many} left; "syncwatch conflicts list" shows more.\n`
}
