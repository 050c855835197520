import { type ItemRow, isEnded, type OperationRow, SyncwatchError, sleep } from '@syncwatch/core'
import type { Command } from 'commander'
import type { ServerApi } from '../api/server-api.ts'
import type { CliContext } from '../cli-context.ts'
import { type CommandInput, frame, type Outcome } from '../command-frame.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { LiveLine } from '../output/live-line.ts'
import { endedSentence, runningLine } from '../output/operation-line.ts'
import { findStore } from './stores.ts'

const LOOK_MS = 250

/** `sync <store>`: starts a run and stays with it to its end. */
export function syncCommand(program: Command, context: CliContext, outcome: Outcome): void {
  const command = program.command('sync <store>').description('sync a store now and follow it to its end')
  command.option('--no-wait', 'do not wait for the end')
  frame(command, context, outcome, run)
}

async function run({ server, flags, json, answer, context }: CommandInput, wanted: string): Promise<ExitCode> {
  const api = await server()
  const store = await findStore(api, wanted)
  const begun = await api.call<OperationRow>('POST', `/stores/${store.id}/sync`)
  if (flags.wait === false) {
    answer(begun, `Begun as ${begun.id}.\n`)
    return EXIT.done
  }
  const ended = await follow(api, begun, context, json)
  const held = ended.status === 'completed' ? await countHeld(api, ended) : 0
  answer(ended, `${endedSentence(ended)}\n${heldSentence(held, ended)}`)
  if (ended.status !== 'completed') return EXIT.failed
  return held === 0 ? EXIT.done : EXIT.heldBack
}

/** How many files differ that a safety gate holds back, of the first page. */
async function countHeld(api: ServerApi, { id }: OperationRow): Promise<number> {
  const { items } = await api.call<{ items: ItemRow[] }>('GET', `/operations/${id}/items?state=skipped&limit=500`)
  return items.filter((item) => item.error_code === 'held_back').length
}

function heldSentence(held: number, { id }: OperationRow): string {
  if (held === 0) return ''
  return `${held === 500 ? 'At least 500' : held} held back; "syncwatch operations show ${id}" says which and why.\n`
}

/** Looks until the operation has ended. An interrupt leaves the run to the server and says so. */
async function follow(api: ServerApi, begun: OperationRow, context: CliContext, json: boolean): Promise<OperationRow> {
  const line = new LiveLine(context.stderr)
  for (let row = begun; ; ) {
    if (isEnded(row.status)) {
      line.clear()
      return row
    }
    if (!json) line.show(runningLine(row))
    try {
      await sleep(context.clock, LOOK_MS, context.stopping)
      row = await api.call<OperationRow>('GET', `/operations/${row.id}`)
    } catch (error) {
      line.clear()
      if (!context.stopping.aborted) throw error
      const message = `No longer watching; it goes on as ${row.id} ("syncwatch operations cancel ${row.id}" stops it).`
      throw new SyncwatchError('cancelled', message)
    }
  }
}
