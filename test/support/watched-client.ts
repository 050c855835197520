import { createSyncClient, type SyncClient, type SyncClientOptions } from '@syncwatch/client'
import { isEnded, type OperationRow } from '@syncwatch/core'

/** Every state of an operation that anybody was shown, by id and `rev`: the same `rev` is the same row, whoever sends it. */
export type SeenStates = Map<string, string>

/** What of an operation is compared: what people look at. */
export function stateOf(row: OperationRow): string {
  return JSON.stringify([row.status, row.progress, row.processed_items, row.failed_items, row.message, row.attempt])
}

/** An operation that a client held as open and then not at all. */
export interface Vanished {
  readonly id: string
  readonly at: Date
  readonly by: string
}

/** A client that keeps an eye on what it is shown, and notes whatever cannot be true. */
export class WatchedClient {
  readonly client: SyncClient
  readonly untrue: string[] = []
  /** What went while it was open, in the order in which that was seen: `neverEndedInView` says what of it should not have. */
  readonly vanished: Vanished[] = []
  losses = 0
  readonly #seen: SeenStates
  readonly #last = new Map<string, OperationRow>()
  readonly #open = new Set<string>()
  #wasConnected = false

  constructor(url: string, name: string, seen: SeenStates, options: SyncClientOptions = {}) {
    this.#seen = seen
    this.client = createSyncClient({ url, clientId: name, ...options })
    this.client.subscribe(() => this.#look())
    this.client.start()
  }

  row(id: string): OperationRow | undefined {
    return this.client.getState().operations[id]
  }

  stop(): void {
    this.client.stop()
  }

  #look(): void {
    const { operations, connection } = this.client.getState()
    const isConnected = connection.status === 'connected'
    if (this.#wasConnected && !isConnected) this.losses += 1
    this.#wasConnected = isConnected
    for (const row of Object.values(operations)) if (row && this.#last.get(row.id) !== row) this.#judge(row)
    for (const id of this.#open) if (!operations[id]) this.#vanish(id)
  }

  #vanish(id: string): void {
    this.#open.delete(id)
    this.vanished.push({ id, at: new Date(), by: this.client.clientId })
  }

  #judge(row: OperationRow): void {
    const before = this.#last.get(row.id)
    this.#last.set(row.id, row)
    if (isEnded(row.status)) this.#open.delete(row.id)
    else this.#open.add(row.id)
    const state = stateOf(row)
    const key = `${row.id} ${row.rev}`
    const known = this.#seen.get(key)
    if (known === undefined) this.#seen.set(key, state)
    else if (known !== state) this.untrue.push(`${key} is ${state} here and ${known} elsewhere`)
    if (!before) return
    if (row.rev < before.rev) this.untrue.push(`${row.id} went back from rev ${before.rev} to ${row.rev}`)
    if (row.attempt < before.attempt) this.untrue.push(`${row.id} went back to attempt ${row.attempt}`)
    // Who takes an operation over begins it anew.
    if (row.attempt === before.attempt && row.processed_items < before.processed_items)
      this.untrue.push(`${row.id} went back from ${before.processed_items} items to ${row.processed_items}`)
    if (isEnded(before.status) && row.status !== before.status)
      this.untrue.push(`${row.id} was ${before.status} and is ${row.status}`)
  }
}
