import { type StoreSummary, SyncwatchError } from '@syncwatch/core'
import type { Command } from 'commander'
import { findStore } from '../api/find-store.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { scopeText } from '../output/scope-text.ts'
import { plain } from '../output/table.ts'
import { scopeFlags, scopeOptions } from './scope-flags.ts'

/** `stores schedule|pause|resume|edit|forget-identity`. */
export function storeSettings(group: Command, context: CliContext, outcome: Outcome): void {
  const scheduling = group
    .command('schedule <store> [cron]')
    .description('sync it by itself, such as "*/15 * * * *" (UTC)')
  scheduling.option('--off', 'by hand only')
  frame(scheduling, context, outcome, schedule)
  const pausing = group.command('pause <store>').description('sync it by hand alone, until it goes on')
  frame(pausing, context, outcome, (input, wanted: string) => pause(input, wanted, true))
  const resuming = group
    .command('resume <store>')
    .description('sync it by itself again; one run makes up for the pause')
  frame(resuming, context, outcome, (input, wanted: string) => pause(input, wanted, false))
  const editing = group.command('edit <store>').description('change how it is called and decided about')
  editing.option('--name <name>', 'its name here')
  editing.option('--mode <mode>', 'two-way, pull (a mirror of the store here) or push (a mirror of the library there)')
  editing.option('--conflicts <policy>', 'keep-both, newer, library, store or manual')
  editing.option('--delete-limit <number>', 'deletes in 24 hours before you are asked; "default" for max(10, 10 %)')
  scopeOptions(editing)
  editing.option('--all', 'sync everything again, whatever --prefix was')
  editing.option('--no-sentinel', 'no file must be there any more')
  frame(editing, context, outcome, edit)
  const forgetting = group.command('forget-identity <store>')
  forgetting.description('take whatever answers at its place for it, from the next run on')
  forgetting.option('--confirm <name>', 'the name of the store, typed again')
  frame(forgetting, context, outcome, forget)
}

async function schedule({ server, flags, answer }: CommandInput, wanted: string, cron?: string): Promise<undefined> {
  if ((cron === undefined) === (flags.off !== true))
    throw new SyncwatchError('configuration_invalid', 'Give a schedule such as "*/15 * * * *", or --off.')
  const api = await server()
  const { id } = await findStore(api, wanted)
  const store = await api.call<StoreSummary>('PUT', `/stores/${id}/schedule`, { schedule: cron ?? null })
  const name = plain(store.name)
  answer(
    store,
    store.next_run_at === null ? `"${name}" is synced by hand.\n` : `"${name}" is due at ${store.next_run_at}.\n`,
  )
}

async function pause({ server, answer }: CommandInput, wanted: string, paused: boolean): Promise<undefined> {
  const api = await server()
  const { id } = await findStore(api, wanted)
  const store = await api.call<StoreSummary>('PATCH', `/stores/${id}`, { paused })
  const name = plain(store.name)
  answer(
    store,
    paused
      ? `"${name}" is paused: it is synced by hand alone, until "syncwatch stores resume ${name}".\n`
      : `"${name}" goes on.\n`,
  )
}

async function edit({ server, flags, answer }: CommandInput, wanted: string): Promise<undefined> {
  const changes: Record<string, unknown> = scopeFlags(flags)
  if (typeof flags.name === 'string') changes.name = flags.name
  if (typeof flags.mode === 'string') changes.mode = flags.mode
  if (typeof flags.conflicts === 'string') changes.conflict_policy = flags.conflicts
  if (typeof flags.deleteLimit === 'string')
    changes.delete_limit = flags.deleteLimit === 'default' ? null : Number(flags.deleteLimit)
  if (Object.keys(changes).length === 0)
    throw new SyncwatchError(
      'configuration_invalid',
      'Say what to change: --name, --mode, --conflicts, --delete-limit, --prefix, --all, --sentinel or --no-sentinel.',
    )
  const api = await server()
  const { id } = await findStore(api, wanted)
  const store = await api.call<StoreSummary>('PATCH', `/stores/${id}`, changes)
  const limit = store.delete_limit ?? 'max(10, 10 %)'
  const decided = `${store.mode}, conflicts ${store.conflict_policy}, delete limit ${limit}`
  answer(store, `"${plain(store.name)}": ${decided}${scopeText(store)}.\n`)
}

async function forget({ server, flags, answer }: CommandInput, wanted: string): Promise<undefined> {
  const api = await server()
  const store = await findStore(api, wanted)
  const confirm = typeof flags.confirm === 'string' ? flags.confirm : ''
  await api.call('POST', `/stores/${store.id}/forget-identity`, { confirm })
  answer(
    { forgotten: store.id },
    `From its next run on "${plain(store.name)}" is whatever answers at ${plain(store.location)}.\n`,
  )
}
