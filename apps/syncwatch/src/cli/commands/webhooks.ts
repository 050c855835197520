import { SyncwatchError } from '@syncwatch/core'
import {
  DELIVERY_STATES,
  type WebhookDelivery,
  type WebhookEndpoint,
  type WebhookSecretShown,
} from '@syncwatch/webhooks'
import type { Command } from 'commander'
import type { ServerApi } from '../api/server-api.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { plain, table } from '../output/table.ts'
import { agoText } from '../output/words.ts'

interface Page<Row> {
  items: Row[]
  next_cursor: string | null
}

/** `webhooks list|add|edit|remove|rotate-secret|test|deliveries|replay`. */
export function webhooksCommands(program: Command, context: CliContext, outcome: Outcome): void {
  const group = program.command('webhooks').description('tell other systems what happens')
  frame(group.command('list').description('list who is told of what'), context, outcome, list)
  const adding = group.command('add <address>').description('tell somebody; shows the secret that signs, this once')
  adding.option('--events <list>', 'what to tell, by commas (default: everything)')
  adding.option('--description <text>', 'whose it is')
  frame(adding, context, outcome, add)
  const editing = group.command('edit <id>').description('change what is told, or switch it off and on')
  editing.option('--address <address>', 'where it goes').option('--events <list>', 'what to tell, by commas')
  editing.option('--on', 'switch it on').option('--off', 'switch it off; what waits goes on waiting')
  frame(editing, context, outcome, edit)
  frame(group.command('remove <id>').description('tell it nothing any more'), context, outcome, remove)
  const rotating = group.command('rotate-secret <id>').description('make a new secret; both sign for a day')
  frame(rotating, context, outcome, rotate)
  frame(group.command('test <id>').description('send it a webhook.test'), context, outcome, test)
  const listing = group.command('deliveries').description('what was sent and what waits, latest first')
  listing.option('--state <state>', DELIVERY_STATES.join(', ')).option('--webhook <id>', 'only what is for this one')
  listing.option('--limit <number>', 'how many (default 50)')
  frame(listing, context, outcome, deliveries)
  frame(group.command('replay <id>').description('send a delivery again'), context, outcome, replay)
}

async function list({ server, answer }: CommandInput): Promise<undefined> {
  const page = await (await server()).call<Page<WebhookEndpoint>>('GET', '/webhooks')
  const none = 'Nobody is told: "syncwatch webhooks add ADDRESS" begins to.\n'
  answer(page, page.items.length === 0 ? none : endpointTable(page.items))
}

function endpointTable(rows: readonly WebhookEndpoint[]): string {
  return table<WebhookEndpoint>(
    [
      { title: 'ADDRESS', text: (row) => row.url },
      { title: 'EVENTS', text: (row) => row.events.join(',') },
      { title: 'STATE', text: (row) => (row.enabled ? 'on' : (row.disabled_reason ?? 'off')) },
      { title: 'ID', text: (row) => row.id },
    ],
    rows,
  )
}

async function add({ server, flags, answer }: CommandInput, url: string): Promise<undefined> {
  const body = {
    url,
    ...eventsOf(flags),
    ...(typeof flags.description === 'string' && { description: flags.description }),
  }
  const made = await (await server()).call<WebhookSecretShown>('POST', '/webhooks', body)
  answer(made, secretText(made))
}

async function edit({ server, flags, answer }: CommandInput, id: string): Promise<undefined> {
  if (flags.on === true && flags.off === true) throw new SyncwatchError('configuration_invalid', 'Give --on or --off.')
  const body = {
    ...eventsOf(flags),
    ...(typeof flags.address === 'string' && { url: flags.address }),
    ...((flags.on === true || flags.off === true) && { enabled: flags.on === true }),
  }
  if (Object.keys(body).length === 0)
    throw new SyncwatchError('configuration_invalid', 'Say what to change: --address, --events, --on or --off.')
  const row = await (await server()).call<WebhookEndpoint>('PATCH', addressOf('/webhooks', id), body)
  answer(row, endpointTable([row]))
}

function eventsOf({ events }: CommandInput['flags']): { events?: string[] } {
  return typeof events === 'string' ? { events: events.split(',').map((name) => name.trim()) } : {}
}

function secretText({ endpoint, secret }: WebhookSecretShown): string {
  return `${plain(endpoint.url)} is told of ${endpoint.events.join(', ')}.\nIts secret, shown this once: ${secret}\n`
}

async function remove({ server, answer }: CommandInput, id: string): Promise<undefined> {
  await (await server()).call('DELETE', addressOf('/webhooks', id))
  answer({ removed: id }, 'Removed; what waited for it is removed too.\n')
}

async function rotate({ server, answer }: CommandInput, id: string): Promise<undefined> {
  const made = await (await server()).call<WebhookSecretShown>('POST', `${addressOf('/webhooks', id)}/rotate-secret`)
  answer(made, `${secretText(made)}The one before signs beside it for a day.\n`)
}

async function test({ server, answer }: CommandInput, id: string): Promise<undefined> {
  const row = await (await server()).call<WebhookDelivery>('POST', `${addressOf('/webhooks', id)}/test`)
  answer(row, `Sent as ${row.message_id}; "syncwatch webhooks deliveries" says what became of it.\n`)
}

async function deliveries({ server, flags, answer, context }: CommandInput): Promise<undefined> {
  const query = new URLSearchParams()
  if (typeof flags.state === 'string') query.set('state', flags.state)
  if (typeof flags.webhook === 'string') query.set('webhook_id', flags.webhook)
  if (typeof flags.limit === 'string') query.set('limit', flags.limit)
  const page = await read(await server(), query)
  const now = context.clock.now()
  const text = page.items.length === 0 ? 'No deliveries.\n' : deliveryTable(page.items, now)
  answer(page, page.next_cursor === null ? text : `${text}There are more.\n`)
}

function read(api: ServerApi, query: URLSearchParams): Promise<Page<WebhookDelivery>> {
  return api.call<Page<WebhookDelivery>>('GET', `/webhook-deliveries?${query}`)
}

function deliveryTable(rows: readonly WebhookDelivery[], now: number): string {
  return table<WebhookDelivery>(
    [
      { title: 'EVENT', text: (row) => row.event_type },
      { title: 'WHEN', text: (row) => agoText(row.created_at, now) },
      { title: 'STATE', text: (row) => row.state },
      { title: 'ATTEMPTS', align: 'right', text: (row) => String(row.attempts) },
      { title: 'LAST', text: (row) => row.last_error ?? (row.last_status === null ? '' : String(row.last_status)) },
      { title: 'ID', text: (row) => row.id },
    ],
    rows,
  )
}

async function replay({ server, answer }: CommandInput, id: string): Promise<undefined> {
  const row = await (await server()).call<WebhookDelivery>('POST', `${addressOf('/webhook-deliveries', id)}/replay`)
  answer(row, `It is sent again, as ${row.message_id}.\n`)
}

function addressOf(list: string, id: string): string {
  return `${list}/${encodeURIComponent(id)}`
}
