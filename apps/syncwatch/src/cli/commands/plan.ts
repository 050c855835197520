import { byteWords, type OperationRow, SyncwatchError } from '@syncwatch/core'
import type { Command } from 'commander'
import { findStore } from '../api/find-store.ts'
import type { ServerApi } from '../api/server-api.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { plain, table } from '../output/table.ts'

interface HeldRow {
  key: string
  rule: string
  library: string
  store: string
  size: number | null
}

interface HeldPlan {
  id: string
  state: string
  gates: { gate: number; message: string }[]
  counts: { rows: number }
  expires_at: string
}

interface StorePlan {
  plan: HeldPlan | null
  rows: HeldRow[]
}

/** `plan show|approve|drop`. */
export function planCommands(program: Command, context: CliContext, outcome: Outcome): void {
  const group = program.command('plan').description('look at what safety gates hold back, approve it or drop it')
  const showing = group.command('show <store>').description('show what is held back, and why')
  showing.option('--limit <number>', 'how many rows (default 50)')
  frame(showing, context, outcome, show)
  const approving = group.command('approve <store>').description('do what is held back, exactly as it was shown')
  approving.option('--rows <number>', 'how many rows you were shown')
  frame(approving, context, outcome, approve)
  const dropping = group
    .command('drop <store>')
    .description('do not do it, and do not ask again while it looks the same')
  frame(dropping, context, outcome, drop)
}

async function show({ server, flags, answer }: CommandInput, wanted: string): Promise<ExitCode> {
  const api = await server()
  const store = await findStore(api, wanted)
  const shown = await api.call<StorePlan>('GET', `/stores/${store.id}/plan?limit=${flags.limit ?? 50}`)
  answer(shown, shown.plan === null ? 'Nothing is held back.\n' : planText(shown.plan, shown.rows, store.name))
  return shown.plan?.state === 'pending' ? EXIT.heldBack : EXIT.done
}

function planText(plan: HeldPlan, rows: readonly HeldRow[], store: string): string {
  const { rows: all } = plan.counts
  const lines = table<HeldRow>(
    [
      { title: 'KEY', text: (row) => row.key },
      { title: 'LIBRARY', text: (row) => (row.library === 'none' ? '' : row.library) },
      { title: 'STORE', text: (row) => (row.store === 'none' ? '' : row.store) },
      { title: 'SIZE', align: 'right', text: (row) => (row.size === null ? '?' : byteWords(row.size)) },
      { title: 'RULE', text: (row) => row.rule },
    ],
    rows,
  )
  const more = all > rows.length ? `and ${all - rows.length} more\n` : ''
  const way =
    plan.state === 'approved'
      ? 'Approved; the next run does it.\n'
      : `"syncwatch plan approve ${plain(store)} --rows ${all}" does it, "syncwatch plan drop ${plain(store)}" does not.\n`
  const why = plan.gates.map(({ gate, message }) => `Gate ${gate}: ${plain(message)}\n`)
  return `${why.join('')}\n${lines}${more}\n${way}`
}

async function approve({ server, flags, answer }: CommandInput, wanted: string): Promise<undefined> {
  const api = await server()
  const store = await findStore(api, wanted)
  const plan = await waiting(api, store.id)
  if (flags.rows === undefined)
    throw new SyncwatchError(
      'confirmation_needed',
      `${plan.counts.rows} are held back. Add "--rows ${plan.counts.rows}" to confirm that you saw them.`,
    )
  const body = { plan_id: plan.id, rows: Number(flags.rows) }
  const operation = await api.call<OperationRow>('POST', `/stores/${store.id}/approve`, body)
  answer(operation, `Approved; the run ${operation.id} does it.\n`)
}

async function drop({ server, answer }: CommandInput, wanted: string): Promise<undefined> {
  const api = await server()
  const store = await findStore(api, wanted)
  const plan = await api.call<HeldPlan>('POST', `/stores/${store.id}/drop`, {
    plan_id: (await waiting(api, store.id)).id,
  })
  answer(plan, 'Dropped: it is not done.\n')
}

async function waiting(api: ServerApi, storeId: string): Promise<HeldPlan> {
  const { plan } = await api.call<StorePlan>('GET', `/stores/${storeId}/plan?limit=1`)
  if (plan !== null) return plan
  throw new SyncwatchError('plan_not_found', 'Nothing is held back.')
}
