import type { AssetId, ItemReport, OperationId, StoreId } from '@syncwatch/core'
import { isSyncwatchError } from '@syncwatch/core'
import { fullSync, type LedgerEntry, RunTally, type StoreRecord } from '@syncwatch/sync'
import { FakeClock } from '../fake-clock.ts'
import { SeededRandom } from '../seeded-random.ts'
import { SimulatedPlace } from '../simulated-store/simulated-place.ts'
import { SimulatedStore, type StoreCall } from '../simulated-store/simulated-store.ts'
import { NO_FAULTS } from '../simulated-store/store-faults.ts'
import { STORE_PROFILES } from '../simulated-store/store-profile.ts'
import { judgeEnd } from './judge-end.ts'
import { MemoryLedger } from './memory-ledger.ts'
import { MemoryLibrary } from './memory-library.ts'
import type { Schedule, ScheduledRun } from './schedule.ts'
import { SimulatedPeople } from './simulated-people.ts'
import { SimulatedVault, VaultContents } from './simulated-vault.ts'

/** What became of a story. `trace` is the same for the same schedule. */
export interface SimulationResult {
  readonly failure: string | null
  readonly trace: readonly string[]
  /** How many steps each scheduled run had until it ended. */
  readonly steps: readonly number[]
}

/** The end of a process, wherever it is. */
class Crash extends Error {}

const QUIET: Omit<ScheduledRun, 'store'> = {
  faults: NO_FAULTS,
  latencyMs: 0,
  concurrency: 4,
  crashAt: null,
  during: [],
  takeOverAt: null,
}
/** Runs of each store within which everything must be settled, once nobody touches anything. */
const MOST_RUNS = 16
/** Longer than the index of any store lags, and than gate 3 waits. */
const PAUSE_MS = 90_000

/** Tells a schedule to its end in one process, on a clock of its own. Never rejects for what the engine does. */
export async function simulate(schedule: Schedule): Promise<SimulationResult> {
  const simulation = new Simulation(schedule)
  const failure = await simulation.run().then(
    () => null,
    (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
  )
  return { failure, trace: simulation.trace, steps: simulation.steps }
}

class Simulation {
  readonly trace: string[] = []
  readonly steps: number[] = []
  readonly #schedule: Schedule
  readonly #clock = new FakeClock()
  readonly #library = new MemoryLibrary()
  readonly #vault = new VaultContents()
  readonly #random: SeededRandom
  readonly #places: readonly SimulatedPlace[]
  readonly #people: SimulatedPeople
  readonly #writesByStore: number[]

  constructor(schedule: Schedule) {
    this.#schedule = schedule
    this.#random = new SeededRandom(schedule.seed + 1)
    this.#places = schedule.profiles.map(
      (name) =>
        new SimulatedPlace({
          profile: { ...STORE_PROFILES[name], callsPerHour: null },
          clock: this.#clock,
          random: this.#random,
        }),
    )
    this.#writesByStore = schedule.profiles.map(() => 0)
    this.#people = new SimulatedPeople({
      library: this.#library,
      vault: this.#vault,
      places: this.#places,
      clock: this.#clock,
      random: this.#random,
    })
    for (const index of this.#places.keys()) this.#library.stores.set(idOf(index), this.#record(index))
  }

  async run(): Promise<void> {
    this.#people.settleIn(this.#schedule.files)
    await this.#quietRound()
    for (const { edits, run, clockJumpMs } of this.#schedule.phases) {
      if (clockJumpMs !== 0) this.#clock.setWallClock(this.#clock.now() + clockJumpMs)
      for (const edit of edits) {
        this.trace.push(`${edit.side} ${edit.kind} ${edit.one} ${edit.other}`)
        this.#people.do(edit)
      }
      this.steps.push(await this.#attempt(run, true))
      await this.#clock.advance(PAUSE_MS)
    }
    await this.#settleDown()
    judgeEnd({
      schedule: this.#schedule,
      library: this.#library,
      vault: this.#vault,
      places: this.#places,
      people: this.#people,
      writesByStore: this.#writesByStore,
    })
    if (this.#clock.pendingTimers > 0) throw new Error('Something was left running.')
  }

  /** With nobody in the way, every store comes to rest; what gates hold back, a person approves. */
  async #settleDown(): Promise<void> {
    for (let round = 0; round < MOST_RUNS; round += 1) {
      if (!(await this.#quietRound())) return
      for (const [storeId, rows] of this.#library.held) this.#library.approved.set(storeId, rows)
    }
    throw new Error(`It does not come to rest within ${MOST_RUNS} runs.`)
  }

  /** Whether anything was written, or waits: for a person, or for a later listing that misses it too. */
  async #quietRound(): Promise<boolean> {
    const before = this.#library.writes + sum(this.#writesByStore)
    const approved = this.#library.approved.size
    for (const store of this.#places.keys()) await this.#attempt({ ...QUIET, store }, false)
    await this.#clock.advance(PAUSE_MS)
    if (this.#library.writes + sum(this.#writesByStore) !== before || this.#isMissing()) return true
    return this.#library.held.size > 0 && approved === 0
  }

  /** Whether something may only be missing until a few more listings have missed it. */
  #isMissing(): boolean {
    const last = Math.max(...this.#library.fences.values())
    return [...this.#library.absences.values()].some(({ run }) => last - run < 6)
  }

  /** One process that syncs one store. Resolves to how many steps it came. */
  async #attempt(run: ScheduledRun, mayFail: boolean): Promise<number> {
    const process = new SimulatedProcess(run, (edit) => this.#people.do(edit))
    process.onTakeOver = async () => {
      await this.#start(
        { ...QUIET, store: run.store },
        mayFail,
        new SimulatedProcess({ ...QUIET, store: run.store }, () => {}),
      )
    }
    await pump(this.#clock, this.#start(run, mayFail, process))
    return process.steps
  }

  async #start(run: ScheduledRun, mayFail: boolean, process: SimulatedProcess): Promise<void> {
    const place = this.#places[run.store]
    if (place === undefined) return
    const storeId = idOf(run.store)
    const attempt = (this.#library.fences.get(storeId) ?? 0) + 1
    this.#library.fences.set(storeId, attempt)
    const random = new SeededRandom(this.#schedule.seed * 1_000 + attempt * this.#places.length + run.store)
    const store = new SimulatedStore(place, {
      clock: this.#clock,
      random,
      faults: run.faults,
      latencyMs: run.latencyMs,
      onCall: (call) => this.#onCall(call, process),
    })
    const step = (name: string) => process.step(name)
    const ledger = new MemoryLedger({
      library: this.#library,
      clock: this.#clock,
      attempt,
      step,
      onCommit: (id, entries) => this.#judgeCommit(id, entries, place),
    })
    const signal = new AbortController().signal
    try {
      const { message } = await fullSync({
        ledger,
        storeId,
        store,
        vault: new SimulatedVault(this.#vault, step),
        inspector: INSPECTOR,
        run: {
          id: `operation-${attempt}` as OperationId,
          progress: async () => undefined as never,
          items: async () => undefined as never,
          signal,
        },
        signal,
        clock: this.#clock,
        random,
        durability: 'relaxed',
        concurrency: run.concurrency,
        tally: new RunTally(),
      })
      this.trace.push(`store ${run.store} attempt ${attempt}: ${message}`)
    } catch (error) {
      const crashed = error instanceof Crash
      const why = crashed ? 'crash' : isSyncwatchError(error) ? error.code : null
      this.trace.push(`store ${run.store} attempt ${attempt}: ${why ?? String(error)}`)
      if (why === null || (!mayFail && !crashed)) throw error
    } finally {
      this.#writesByStore[run.store] = (this.#writesByStore[run.store] ?? 0) + store.writes
    }
  }

  /** The moment between a look and a write of a store without conditions is nobody's: nothing happens in it. */
  async #onCall({ name, key, phase }: StoreCall, process: SimulatedProcess): Promise<void> {
    if (phase !== 'between') await process.step(`${phase} ${name} ${key ?? ''}`)
  }

  /** Whatever a listing said: what is there as it was agreed on is not deleted. */
  #judgeCommit(storeId: StoreId, entries: readonly LedgerEntry[], place: SimulatedPlace): void {
    for (const { assets, item } of entries) {
      for (const write of assets) {
        this.trace.push(`${write.kind} ${'key' in write ? (write.key ?? '') : ''}`)
        if (this.#schedule.mode === 'push' && write.kind !== 'keep-version')
          throw new Error(`A mirror out changed the library: ${write.kind}`)
        if (write.kind !== 'trash') continue
        const base = this.#library.replica(storeId, write.id as AssetId)
        if (base !== undefined && place.get(base.key)?.version === base.version)
          throw new Error(`Wrong delete: "${base.key}" is there as it was agreed on. ${itemText(item)}`)
      }
    }
  }

  #record(index: number): StoreRecord {
    const { mode, conflicts, profiles } = this.#schedule
    return {
      id: idOf(index),
      name: `store ${index}`,
      kind: STORE_PROFILES[profiles[index] ?? 'folder'].capabilities.kind,
      mode,
      content_mode: 'full',
      conflict_policy: conflicts,
      delete_limit: null,
      location: 'simulated',
      config: {},
      identity: { marker: null, place: null },
    }
  }
}

/** Counts the steps of a process, and ends it, or lets others in, at some of them. */
class SimulatedProcess {
  steps = 0
  onTakeOver: (() => Promise<void>) | null = null
  readonly #run: ScheduledRun
  readonly #edit: (edit: ScheduledRun['during'][number]['edit']) => void
  #dead = false

  constructor(run: ScheduledRun, edit: (edit: ScheduledRun['during'][number]['edit']) => void) {
    this.#run = run
    this.#edit = edit
  }

  async step(name: string): Promise<void> {
    if (this.#dead) throw new Crash(`after the end: ${name}`)
    this.steps += 1
    const now = this.steps
    if (now === this.#run.crashAt) {
      this.#dead = true
      throw new Crash(name)
    }
    for (const { step, edit } of this.#run.during) if (step === now) this.#edit(edit)
    if (now === this.#run.takeOverAt && this.onTakeOver !== null) await this.onTakeOver()
    if (this.#dead) throw new Crash(`after the end: ${name}`)
  }
}

const INSPECTOR = {
  sniffBytes: 16,
  sniff: async () => 'text/plain',
  canInspect: () => false,
  inspect: () => Promise.reject(new Error('Nobody asks for pictures of texts.')),
}

/** Turns the clock on whenever everybody waits for it. */
async function pump(clock: FakeClock, work: Promise<void>): Promise<void> {
  let running = true
  const done = work.finally(() => {
    running = false
  })
  done.catch(() => undefined)
  for (let idle = 0; running; ) {
    await new Promise((resolve) => setImmediate(resolve))
    if (!running) break
    const next = clock.nextTimerIn
    if (next === undefined) {
      idle += 1
      if (idle > 1_000) throw new Error('It waits for something that never comes.')
    } else {
      idle = 0
      await clock.advance(next)
    }
  }
  await done
}

function idOf(index: number): StoreId {
  return `store-${index}` as StoreId
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function itemText(item: ItemReport | null): string {
  return item === null ? '' : `${item.action} ${item.item_key}`
}
