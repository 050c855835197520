import type { ItemRow, OperationRow } from '@syncwatch/core'
import type { Command } from 'commander'
import { findStore } from '../api/find-store.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { followOperation } from '../follow-operation.ts'
import { plain } from '../output/table.ts'

/** Differences that are told one by one. */
const MOST = 500

/** `verify <store>`: compares without changing anything, and tells what differs. */
export function verifyCommand(program: Command, context: CliContext, outcome: Outcome): void {
  const command = program.command('verify <store>').description('compare a store with the library, and change neither')
  command.option('--full', 'read and hash every file, instead of going by versions')
  frame(command, context, outcome, verify)
}

async function verify({ server, flags, json, answer, context }: CommandInput, wanted: string): Promise<ExitCode> {
  const api = await server()
  const store = await findStore(api, wanted)
  const content = flags.full === true ? 'full' : 'metadata'
  const begun = await api.call<OperationRow>('POST', `/stores/${store.id}/verify`, { content })
  const operation = await followOperation(api, begun, context, json)
  const { items } = await api.call<{ items: ItemRow[] }>('GET', `/operations/${operation.id}/items?limit=${MOST}`)
  const differing = items.filter(({ action }) => action === 'verify')
  const lines = differing.map((item) => `  ${plain(item.item_key)}  ${plain(item.error_message ?? '')}\n`)
  answer({ operation, differing }, `${plain(operation.message ?? operation.status)}\n${lines.join('')}`)
  return operation.status === 'completed' && differing.length === 0 ? EXIT.done : EXIT.failed
}
