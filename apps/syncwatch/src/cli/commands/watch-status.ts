import { createSyncClient, englishWords, type SyncStatusState, selectVerdict } from '@syncwatch/client'
import type { OperationRow } from '@syncwatch/core'
import type { ServerApi } from '../api/server-api.ts'
import type { CliContext } from '../cli-context.ts'
import type { CommandInput } from '../command-frame.ts'
import { statusText } from '../output/status-text.ts'

/** Least time between two pictures; also how often relative times are brought up to date. */
const REDRAW_MS = 250
const TICK_MS = 1000

/** Shows the live state until the person stops it: at a terminal in place, with `--json` one line a change. */
export async function watchStatus(api: ServerApi, { context, json }: CommandInput): Promise<undefined> {
  // A first call, so that a wrong address or token is said at once instead of being tried again for ever.
  await api.call('GET', '/health')
  const client = createSyncClient({ url: api.url, ...(api.token !== null && { token: api.token }) })
  const show = json ? () => writeJson(context, client.getState()) : () => draw(context, client.getState())
  const stop = onChange(context, (listener) => client.subscribe(listener), show, !json && context.stdout.isTerminal)
  client.start()
  await aborted(context.stopping)
  stop()
  client.stop()
  return undefined
}

/** Resolves at once when it was aborted before: then no event comes any more. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Calls `show` after changes, at most every `REDRAW_MS`, and every second where times have to tick. */
function onChange(
  { clock }: CliContext,
  subscribe: (listener: () => void) => () => void,
  show: () => void,
  ticks: boolean,
): () => void {
  let due = clock.setTimeout(show, 0)
  let waiting = true
  const later = (milliseconds: number) => {
    due.cancel()
    due = clock.setTimeout(() => {
      waiting = false
      show()
      if (ticks) later(TICK_MS)
    }, milliseconds)
  }
  const unsubscribe = subscribe(() => {
    if (waiting) return
    waiting = true
    later(REDRAW_MS)
  })
  later(REDRAW_MS)
  return () => {
    unsubscribe()
    due.cancel()
  }
}

function draw({ stdout, clock }: CliContext, state: SyncStatusState): void {
  const now = clock.now()
  const verdict = selectVerdict(state, now, englishWords).sentence
  const text =
    state.health === null
      ? `${verdict}\n`
      : statusText(verdict, { health: state.health, active_operations: activeOf(state), stores: state.stores }, now)
  stdout.write(stdout.isTerminal ? `\x1b[H\x1b[2J${text}` : `${text}\n`)
}

function writeJson({ stdout }: CliContext, state: SyncStatusState): void {
  const { connection, health, counts, stores, lastUpdate } = state
  const line = {
    connection: connection.status,
    health: health?.status ?? null,
    counts,
    active_operations: activeOf(state),
    stores,
    last_update: lastUpdate,
  }
  stdout.write(`${JSON.stringify(line)}\n`)
}

function activeOf(state: SyncStatusState): OperationRow[] {
  return state.openIds.flatMap((id) => state.operations[id] ?? [])
}
