import type { OperationRow } from '@syncwatch/core'
import { createSyncStatusManager, type SyncStatusManager } from '@syncwatch/status-manager'
import { HastyClock, SeededRandom, TcpProxy, waitFor } from '@syncwatch/testkit'
import { neverCommitted } from '../support/committed-states.ts'
import { type SeenStates, WatchedClient } from '../support/watched-client.ts'
import type { Arena } from './arena.ts'
import { neverRead, replayTickets } from './calm-attacks.ts'
import { type Intruder, intrude } from './intruders.ts'
import { TOKEN } from './node-protocol.ts'
import { type NetworkFault, NODES, type Schedule, type Step } from './schedule.ts'

/** How much faster than the world viewers live: their patience of half a minute takes a second or two. */
const HASTE = 20
/** The same once all is mended: then nobody on a busy machine may give up on who is merely slow. */
const CALM = 4
/** How long anything may take to come right once all is mended. Generous, as machines are busy; a second is usual. */
const PATIENCE_MS = 60_000
/** Every third viewer has events instead of a WebSocket, and every fourth a filter. */
const FILTERED = { topic: 'operations', filter: { operation_type: ['upload' as const, 'full_sync' as const] } }

interface Viewer {
  readonly watched: WatchedClient
  readonly proxy: TcpProxy
  readonly clock: HastyClock
  readonly isFiltered: boolean
}

/** What happened in a story that came out well, so that a run can show that it proves something. */
export interface Outcome {
  readonly operations: number
  readonly states: number
  readonly resumed: number
  readonly anew: number
}

/** One schedule, told with the nodes of an arena: bad things happen, then everything is mended and has to come right. */
export class Story {
  readonly #arena: Arena
  readonly #schedule: Schedule
  readonly #random: SeededRandom
  readonly #seen: SeenStates = new Map()
  readonly #viewers: Viewer[] = []
  readonly #intruders: Intruder[] = []
  /** What goes on beside the steps, and has to be over before things are judged. */
  readonly #under: Promise<unknown>[] = []
  readonly #work: Promise<unknown>[] = []
  readonly #jumps = new Map<number, number>()
  #areHintsLost = false
  readonly #totals = { resumed: 0, anew: 0 }

  constructor(arena: Arena, schedule: Schedule) {
    this.#arena = arena
    this.#schedule = schedule
    this.#random = new SeededRandom(schedule.seed)
  }

  /** Rejects with what was wrong. */
  async tell(): Promise<Outcome> {
    await this.#arena.clear()
    try {
      for (let viewer = 0; viewer < this.#schedule.viewers; viewer += 1) await this.#join()
      // Who comes when all is over has seen nothing go wrong.
      const areThere = () => this.#viewers.every(({ watched }) => watched.client.getState().isLoaded)
      await patiently('everybody to be there', areThere, () => null)
      for (const { afterMs, step } of this.#schedule.steps) {
        await pause(afterMs)
        await this.#take(step)
      }
      await this.#mend()
      const operations = await this.#comeRight()
      await this.#judge()
      await this.#attack()
      await this.#leave()
      return { operations, states: this.#seen.size, ...this.#totals }
    } finally {
      await this.#mend().catch(() => {})
      for (const { watched, proxy } of this.#viewers) {
        watched.stop()
        await proxy.close()
      }
      for (const { sessions } of this.#intruders) for (const { socket } of sessions) socket.destroy()
    }
  }

  async #take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'work':
        return this.#begin(step.node, step.seed, step.operations)
      case 'kill':
      case 'deploy':
        // Another process has a clock of its own.
        this.#jumps.delete(step.node)
        return await this.#arena[step.kind](step.node)
      case 'pause':
        return this.#pause(step.node, step.forMs)
      case 'clock':
        return await this.#jump(step.node, step.jumpMs)
      case 'postgres':
        return await this.#arena.restartPostgres(step.manner)
      case 'no-hints':
        return await this.#setHints(false)
      case 'forget':
        return await this.#forget(step.purge)
      case 'network':
        return await this.#disturb(this.#viewers[step.viewer] as Viewer, step.fault)
      case 'sleep':
        return this.#viewers[step.viewer]?.clock.jump(step.jumpMs)
      case 'join':
        return await this.#join()
      case 'intruder': {
        const other = (step.node + 1) % NODES
        this.#intruders.push(await intrude(step.manner, this.#arena.port(step.node), this.#arena.port(other)))
      }
    }
  }

  /** Work ends with its operations, or with the node that is killed under it. */
  #begin(node: number, seed: number, operations: number): void {
    const process = this.#arena.process(node)
    const work = process.ask({ ask: 'work', seed, operations }).catch((error) => {
      if (!process.hasEnded) throw error
    })
    this.#work.push(work)
    work.catch(() => {})
  }

  #pause(node: number, forMs: number): void {
    const goOn = this.#arena.process(node).pause()
    this.#under.push(pause(forMs).then(goOn))
  }

  async #jump(node: number, jumpMs: number): Promise<void> {
    this.#jumps.set(node, (this.#jumps.get(node) ?? 0) + jumpMs)
    await this.#arena.process(node).ask({ ask: 'clock', jumpMs })
  }

  async #join(): Promise<void> {
    const index = this.#viewers.length
    // As behind a load balancer: each connection goes to any of them.
    const proxy = await TcpProxy.start(() => ({ port: this.#arena.port(this.#random.integer(0, NODES - 1)) }))
    const clock = new HastyClock(HASTE)
    const isFiltered = index % 4 === 3
    const watched = new WatchedClient(`http://127.0.0.1:${proxy.port}`, `viewer-${index}`, this.#seen, {
      clock,
      token: TOKEN,
      // Clocks are a month off here: nobody may take what has just ended for what ended long ago.
      keepEndedMs: 365 * 86_400_000,
      ...(index % 3 === 1 && { WebSocket: null }),
      ...(isFiltered && { topics: [FILTERED] }),
    })
    watched.client.on('frame', (frame) => {
      if (frame.type === 'welcome') this.#totals[frame.resumed ? 'resumed' : 'anew'] += 1
    })
    this.#viewers.push({ watched, proxy, clock, isFiltered })
  }

  async #disturb({ proxy }: Viewer, fault: NetworkFault): Promise<void> {
    switch (fault.name) {
      case 'delay':
        return proxy.delay(fault.ms)
      case 'cut':
        return proxy.cut()
      case 'cut-within':
        return proxy.cutAfter(fault.bytes)
      case 'silent':
        return fault.direction === 'both' ? proxy.silence() : proxy.silence(fault.direction)
      case 'refuse':
        return await proxy.refuse()
      case 'mend':
        return await proxy.restore()
    }
  }

  /** The triggers of the tables go on, and tell nobody. */
  async #setHints(areTold: boolean): Promise<void> {
    this.#areHintsLost = !areTold
    const act = areTold ? `PERFORM pg_notify('sync_status', '');` : ''
    await this.#arena.query(
      `CREATE OR REPLACE FUNCTION sync_hint() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${act} RETURN NULL; END $$`,
    )
  }

  async #forget(purge: boolean): Promise<void> {
    if (purge) {
      // What is kept an hour is purged long after every node has read it, so not what is removed just now.
      await this.#arena.query(`UPDATE sync_removals SET removed_at = now() - interval '2 hours'`)
      await this.#arena.query(`SELECT cleanup_sync_status()`)
    }
    await this.#arena.query(`DELETE FROM sync_operation_events`)
    await this.#arena.query(`DELETE FROM sync_operation_items`)
    await this.#arena.query(`DELETE FROM sync_operations WHERE end_time IS NOT NULL`)
  }

  /** The network is well again and clocks are right; what lost its hints stays without. */
  async #mend(): Promise<void> {
    await Promise.all(this.#under.splice(0))
    for (const [node, jumped] of this.#jumps) {
      await this.#arena.process(node).ask({ ask: 'clock', jumpMs: -jumped })
      this.#jumps.delete(node)
    }
    for (const { proxy, clock } of this.#viewers) {
      clock.setHaste(CALM)
      await proxy.restore()
    }
  }

  /** Everything ends, and everybody sees it. Gives the number of operations. */
  async #comeRight(): Promise<number> {
    await Promise.all(this.#work)
    const reader = createSyncStatusManager({ pool: this.#arena.pool })
    try {
      await this.#end(reader)
      return await this.#compare(async () => (await reader.listOperations({ limit: 500 })).items)
    } finally {
      await reader.stop()
      if (this.#areHintsLost) await this.#setHints(true)
    }
  }

  /** What was begun ends by itself, whoever died; what nobody had begun yet is cancelled, as by a person. */
  async #end(manager: SyncStatusManager): Promise<void> {
    const open = () =>
      this.#arena.query<OperationRow>(
        `SELECT id, operation_type, status, attempt, lease_owner, lease_until, operation_data->'resumable' AS resumable
         FROM sync_operations WHERE status IN ('pending', 'in_progress')`,
      )
    const isOver = async () => {
      const rows = await open()
      for (const { id, status } of rows) if (status === 'pending') await manager.cancelSyncOperation(id).catch(() => {})
      return rows.length === 0
    }
    await patiently('every operation to end', isOver, open)
  }

  async #compare(read: () => Promise<OperationRow[]>): Promise<number> {
    let rows: OperationRow[] = []
    const differences = () => this.#viewers.map((viewer) => difference(viewer, rows)).filter((each) => each !== null)
    await patiently(
      'every replica to equal the database',
      async () => {
        // As a person does: whom two nodes with wrong clocks have refused in a row is told so, and tries again.
        for (const { watched } of this.#viewers)
          if (watched.client.getState().connection.status === 'error') watched.client.retryNow()
        rows = await read()
        return differences().length === 0
      },
      differences,
    )
    return rows.length
  }

  async #judge(): Promise<void> {
    const wrong = [
      ...this.#viewers.flatMap(({ watched }) => watched.untrue),
      ...(await neverCommitted(this.#arena.pool, this.#seen)),
      ...this.#intruders.map((intruder) => intruder.judge()).filter((fault) => fault !== null),
    ]
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
    const alive = () =>
      this.#intruders
        .filter(({ mustEnd, sessions }) => mustEnd && sessions.some(({ hasEnded }) => !hasEnded))
        .map(({ manner }) => manner)
    await patiently('those to be turned away who do not belong', () => alive().length === 0, alive)
  }

  /** Who means no good meets nodes that are well, and so have no excuse. */
  async #attack(): Promise<void> {
    const wrong = await replayTickets([this.#arena.port(0), this.#arena.port(1)])
    const { deafAt } = this.#schedule
    if (deafAt !== null) {
      // So that a few snapshots are more than a kernel holds for who does not read.
      await this.#arena.query(
        `INSERT INTO sync_operations (operation_type, operation_data)
         SELECT 'upload', jsonb_build_object('note', repeat('x', 15000)) FROM generate_series(1, 12)`,
      )
      const node = this.#arena.process(deafAt)
      const waiting = async () => (await node.ask({ ask: 'waiting' })) as number
      wrong.push(...(await neverRead(this.#arena.port(deafAt), waiting)))
    }
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
  }

  /** Viewers go, and nothing of them is left on any node: no session, no topic, no connection that is thought to be there. */
  async #leave(): Promise<void> {
    for (const { watched } of this.#viewers) watched.stop()
    for (const { sessions, manner } of this.#intruders)
      if (manner === 'trickle') for (const { socket } of sessions) socket.destroy()
    const reports = () => this.#arena.reports()
    await patiently(
      'the nodes to let go of everybody',
      async () => (await reports()).every(({ sessions, channels, watchers }) => sessions + channels + watchers === 0),
      reports,
    )
    const present = () => this.#arena.query(`SELECT client_id FROM connection_status WHERE status <> 'disconnected'`)
    await patiently('every connection to be closed', async () => (await present()).length === 0, present)
  }
}

/** Null where a replica shows exactly what is in the database. */
function difference({ watched, isFiltered }: Viewer, rows: readonly OperationRow[]): string | null {
  const { operations, connection, isLoaded, counts } = watched.client.getState()
  const { clientId } = watched.client
  if (!isLoaded || connection.status !== 'connected') return `${clientId} is ${JSON.stringify(connection)}`
  const expected = isFiltered
    ? rows.filter(({ operation_type }) => FILTERED.filter.operation_type.includes(operation_type as 'upload'))
    : rows
  for (const row of expected)
    if (!same(operations[row.id], row))
      return `${clientId} shows ${JSON.stringify(operations[row.id])} for ${JSON.stringify(row)}`
  const held = Object.keys(operations).length
  if (held !== expected.length) return `${clientId} shows ${held} operations of ${expected.length}`
  const counted = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0)
  return counted === rows.length ? null : `${clientId} counts ${JSON.stringify(counts)} of ${rows.length}`
}

function same(shown: OperationRow | undefined, row: OperationRow): boolean {
  return (Object.keys(row) as (keyof OperationRow)[]).every(
    (column) => JSON.stringify(shown?.[column]) === JSON.stringify(row[column]),
  )
}

async function patiently(what: string, isSo: () => boolean | Promise<boolean>, tell: () => unknown): Promise<void> {
  try {
    await waitFor(isSo, { what, timeoutMs: PATIENCE_MS, intervalMs: 20 })
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${JSON.stringify(await tell(), null, 1)}`, { cause: error })
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
