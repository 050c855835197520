import { resolve } from 'node:path'
import type { StoreSummary } from '@syncwatch/core'
import type { Command } from 'commander'
import { findStore } from '../api/find-store.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { scopeText } from '../output/scope-text.ts'
import { storeTable } from '../output/status-text.ts'
import { plain } from '../output/table.ts'
import { scopeFlags, scopeOptions } from './scope-flags.ts'
import { storeSettings } from './store-settings.ts'

/** `stores add|list|test|remove`. */
export function storesCommands(program: Command, context: CliContext, outcome: Outcome): void {
  const group = program.command('stores').description('connect, list, test and disconnect stores')
  frame(group.command('list').description('list the stores'), context, outcome, list)
  const adding = group.command('add <folder>').description('connect a folder')
  adding.option('--name <name>', 'its name here (default: the name of the folder)')
  scopeOptions(adding)
  frame(adding, context, outcome, add)
  frame(group.command('test <store>').description('see whether a store can be reached'), context, outcome, test)
  const removing = group.command('remove <store>').description('disconnect a store; its files and the library stay')
  frame(removing, context, outcome, remove)
  storeSettings(group, context, outcome)
}

async function list({ server, answer, context }: CommandInput): Promise<undefined> {
  const page = await (await server()).call<{ items: StoreSummary[] }>('GET', '/stores')
  const none = 'No stores yet: "syncwatch stores add FOLDER" connects one.\n'
  answer(page, page.items.length === 0 ? none : storeTable(page.items, context.clock.now()))
}

async function add({ server, flags, answer, context }: CommandInput, folder: string): Promise<undefined> {
  const location = resolve(context.folder, folder)
  const name = typeof flags.name === 'string' ? { name: flags.name } : {}
  const body = { kind: 'folder', location, ...name, ...scopeFlags(flags) }
  const store = await (await server()).call<StoreSummary>('POST', '/stores', body)
  answer(
    store,
    `Connected ${plain(store.location)} as "${plain(store.name)}"${scopeText(store)}; "syncwatch sync ${plain(store.name)}" brings it in.\n`,
  )
}

async function test({ server, answer }: CommandInput, wanted: string): Promise<ExitCode> {
  const api = await server()
  const store = await findStore(api, wanted)
  const result = await api.call<{ ok: boolean; message: string }>('POST', `/stores/${store.id}/test`)
  answer(result, `${plain(result.message)}\n`)
  return result.ok ? EXIT.done : EXIT.failed
}

async function remove({ server, answer }: CommandInput, wanted: string): Promise<undefined> {
  const api = await server()
  const store = await findStore(api, wanted)
  await api.call('DELETE', `/stores/${store.id}`)
  answer({ removed: store.id }, `Disconnected "${plain(store.name)}". Its files and the library were not touched.\n`)
}
