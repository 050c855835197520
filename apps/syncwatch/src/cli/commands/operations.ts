import type { EventRow, ItemRow, OperationRow } from '@syncwatch/core'
import type { Command } from 'commander'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { endedSentence, runningLine } from '../output/operation-line.ts'
import { operationTable } from '../output/operation-table.ts'
import { plain } from '../output/table.ts'

interface Page<Row> {
  items: Row[]
  next_cursor: string | null
}

/** `operations list|show|cancel|retry`. */
export function operationsCommands(program: Command, context: CliContext, outcome: Outcome): void {
  const group = program.command('operations').description('look at operations, cancel and retry them')
  const listing = group.command('list').description('list operations, latest first')
  listing.option('--status <list>', 'only these states, such as failed,cancelled')
  listing.option('--type <list>', 'only these types, such as full_sync')
  listing.option('--limit <number>', 'how many (default 20)')
  frame(listing, context, outcome, list)
  const showing = group.command('show <id>').description('show one operation with its timeline and what was not synced')
  frame(showing, context, outcome, show)
  frame(group.command('cancel <id>').description('cancel an operation'), context, outcome, cancel)
  frame(group.command('retry <id>').description('begin an ended operation anew'), context, outcome, retry)
}

async function list({ server, flags, answer, context }: CommandInput): Promise<undefined> {
  const query = new URLSearchParams({ limit: String(flags.limit ?? 20) })
  for (const name of ['status', 'type']) if (typeof flags[name] === 'string') query.set(name, flags[name])
  const page = await (await server()).call<Page<OperationRow>>('GET', `/operations?${query}`)
  const text = page.items.length === 0 ? 'No operations.\n' : operationTable(page.items, context.clock.now())
  answer(page, text)
}

async function show({ server, answer }: CommandInput, id: string): Promise<undefined> {
  const api = await server()
  const path = `/operations/${encodeURIComponent(id)}`
  const [operation, events, items, remarked] = await Promise.all([
    api.call<OperationRow>('GET', path),
    api.call<Page<EventRow>>('GET', `${path}/events?limit=100`),
    api.call<Page<ItemRow>>('GET', `${path}/items?state=failed,skipped&limit=50`),
    api.call<Page<ItemRow>>('GET', `${path}/items?state=done&remarked=true&limit=50`),
  ])
  const text = [
    `${operation.id}  ${operation.operation_type}\n`,
    `${operation.end_time === null ? runningLine(operation) : endedSentence(operation)}\n`,
    ...section('Timeline', events.items.map(eventLine)),
    ...section('Not synced', items.items.map(itemLine)),
    ...section('Synced, with a remark', remarked.items.map(itemLine)),
  ].join('')
  answer({ operation, events: events.items, items: items.items, remarked: remarked.items }, text)
}

const itemLine = ({ item_key, error_message }: ItemRow): string => `${plain(item_key)}  ${plain(error_message ?? '')}`

function eventLine(event: EventRow): string {
  const parts = [event.created_at, event.kind, event.status ?? '', plain(event.message ?? '')]
  return parts.filter((part) => part !== '').join('  ')
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`\n${title}\n`, ...lines.map((line) => `  ${line}\n`)]
}

async function cancel({ server, answer }: CommandInput, id: string): Promise<undefined> {
  const row = await (await server()).call<OperationRow>('POST', `/operations/${encodeURIComponent(id)}/cancel`)
  answer(row, row.status === 'cancelled' ? 'Cancelled.\n' : 'Asked to stop; it ends as soon as its worker has.\n')
}

async function retry({ server, answer }: CommandInput, id: string): Promise<undefined> {
  const row = await (await server()).call<OperationRow>('POST', `/operations/${encodeURIComponent(id)}/retry`, {
    triggered_by: 'cli',
    source: 'manual',
  })
  answer(row, `Begun anew as ${row.id}.\n`)
}
