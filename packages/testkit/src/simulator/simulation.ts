import type { AssetId, ItemReport, OperationId, StoreId } from '@syncwatch/core'
import { isSyncwatchError } from '@syncwatch/core'
import {
  fullSync,
  type LedgerEntry,
  type OtherStores,
  RunTally,
  type StoreRecord,
  type VerifyResult,
} from '@syncwatch/sync'
import { FakeClock } from '../fake-clock.ts'
import { SeededRandom } from '../seeded-random.ts'
import type { SimulatedObject } from '../simulated-store/simulated-object.ts'
import { SimulatedPlace } from '../simulated-store/simulated-place.ts'
import { SimulatedStore, type StoreCall } from '../simulated-store/simulated-store.ts'
import { NO_FAULTS } from '../simulated-store/store-faults.ts'
import { STORE_PROFILES } from '../simulated-store/store-profile.ts'
import { besideRun } from './beside-run.ts'
import { judgeEnd } from './judge-end.ts'
import { MemoryLedger } from './memory-ledger.ts'
import { MemoryLibrary, type MemoryReplica } from './memory-library.ts'
import type { Beside, Schedule, ScheduledRun } from './schedule.ts'
import { SimulatedPeople } from './simulated-people.ts'
import { Crash, pump, SimulatedProcess } from './simulated-process.ts'
import { SimulatedVault, VaultContents } from './simulated-vault.ts'

/** What became of a story. `trace` is the same for the same schedule. */
export interface SimulationResult {
  readonly failure: string | null
  readonly trace: readonly string[]
  /** How many steps each scheduled run had until it ended. */
  readonly steps: readonly number[]
  /** Names of the library in the end, sorted. */
  readonly names: readonly string[]
}

const QUIET: Omit<ScheduledRun, 'store'> = {
  faults: NO_FAULTS,
  latencyMs: 0,
  concurrency: 4,
  crashAt: null,
  during: [],
  takeOverAt: null,
}
/** Within this a cancelled run must have ended. */
const CANCEL_MS = 1_000
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
  return { failure, trace: simulation.trace, steps: simulation.steps, names: simulation.names }
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
  readonly #locks = new Map<string, Promise<unknown>>()
  readonly #verified: VerifyResult[] = []
  /** Names that people touched while the run that goes on did. */
  readonly #meanwhile = new Set<string>()
  #besides = 0
  #lost: string | null = null

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
      approve: (store) => this.#approve(idOf(store)),
    })
    for (const place of this.#places) place.onLoss = (object) => this.#judgeLoss(place, object)
    for (const index of this.#places.keys()) this.#library.stores.set(idOf(index), this.#record(index))
  }

  get names(): string[] {
    const live = [...this.#library.assets.values()].filter(({ trashed }) => !trashed)
    return live.map(({ key }) => key).sort()
  }

  async run(): Promise<void> {
    const { files, contents, mode } = this.#schedule
    this.#people.settleIn(files, contents?.[0] === 'reference' && mode !== 'push')
    await this.#quietRound()
    for (const { edits, run, clockJumpMs } of this.#schedule.phases) {
      if (clockJumpMs !== 0) this.#clock.setWallClock(this.#clock.now() + clockJumpMs)
      for (const edit of edits) {
        this.trace.push(
          'event' in edit ? `${edit.event} ${edit.store}` : `${edit.side} ${edit.kind} ${edit.one} ${edit.other}`,
        )
        this.#people.do(edit)
      }
      this.steps.push(await this.#attempt(run, true))
      await this.#clock.advance(PAUSE_MS)
    }
    this.#people.makeGood()
    await this.#settleDown()
    await this.#verifyAll()
    judgeEnd({
      schedule: this.#schedule,
      library: this.#library,
      vault: this.#vault,
      places: this.#places,
      people: this.#people,
      writesByStore: this.#writesByStore,
      verified: this.#verified,
    })
    if (this.#lost !== null) throw new Error(this.#lost)
    if (this.#clock.pendingTimers > 0) throw new Error('Something was left running.')
  }

  /** With nobody in the way, every store comes to rest; what gates hold back, a person approves. */
  async #settleDown(): Promise<void> {
    for (let round = 0; round < MOST_RUNS; round += 1) {
      if (!(await this.#quietRound())) return
      for (const storeId of this.#library.held.keys()) this.#approve(storeId)
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

  #approve(storeId: StoreId): void {
    const rows = this.#library.held.get(storeId)
    if (rows !== undefined) this.#library.approved.set(storeId, rows)
  }

  /** One process that syncs one store, with all that happens meanwhile. Resolves to how many steps it came. */
  async #attempt(run: ScheduledRun, mayFail: boolean): Promise<number> {
    const beside: Promise<void>[] = []
    this.#meanwhile.clear()
    const quiet = { ...QUIET, store: run.store }
    const process = new SimulatedProcess(run, this.#clock, {
      happen: (edit) => {
        for (const name of this.#people.doAndTell(edit)) this.#meanwhile.add(name)
      },
      takeOver: () => this.#start(quiet, mayFail, new SimulatedProcess(quiet, this.#clock, null)),
      begin: (what) => void beside.push(this.#beside(what, run.latencyMs)),
    })
    await pump(
      this.#clock,
      this.#start(run, mayFail, process).then(() => Promise.all(beside).then(() => undefined)),
    )
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
    const { signal } = process
    try {
      const { message } = await fullSync({
        ledger,
        storeId,
        store,
        vault: new SimulatedVault(this.#vault, step),
        otherStores: this.#otherStores(random),
        inspector: INSPECTOR,
        run: {
          id: `operation-${attempt}` as OperationId,
          progress: async () => undefined as never,
          items: async () => undefined as never,
          // Runs that were overtaken go on here: what they still do to a store must be harmless without it.
          held: async () => {},
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
      this.#judgeFailure(error, `store ${run.store} attempt ${attempt}`, mayFail)
    } finally {
      this.#writesByStore[run.store] = (this.#writesByStore[run.store] ?? 0) + store.writes
      this.#judgeCancel(process)
    }
  }

  #judgeCancel({ cancelledAt }: SimulatedProcess): void {
    const took = cancelledAt === null ? 0 : this.#clock.monotonic() - cancelledAt
    if (took > CANCEL_MS) throw new Error(`It went on for ${took} ms after it was cancelled.`)
  }

  #judgeFailure(error: unknown, who: string, mayFail: boolean): void {
    const crashed = error instanceof Crash
    const why = crashed ? 'crash' : isSyncwatchError(error) ? error.code : null
    this.trace.push(`${who}: ${why ?? String(error)}`)
    if (why === null || (!mayFail && !crashed)) throw error
  }

  /** Another process, on one thing or only looking, while a full run goes on. */
  async #beside(what: Beside, latencyMs: number): Promise<void> {
    const place = this.#places[what.store]
    if (place === undefined) return
    this.#besides += 1
    const random = new SeededRandom(this.#schedule.seed * 1_000_000 + this.#besides)
    const store = new SimulatedStore(place, { clock: this.#clock, random, latencyMs })
    const who = `store ${what.store} beside: ${what.kind}`
    try {
      await this.#lookBeside(what, place, store, random)
      this.trace.push(who)
    } catch (error) {
      this.#judgeFailure(error, who, true)
    } finally {
      this.#writesByStore[what.store] = (this.#writesByStore[what.store] ?? 0) + store.writes
    }
  }

  #lookBeside(
    { kind, store: index, one }: Pick<Beside, 'kind' | 'store' | 'one'>,
    place: SimulatedPlace,
    store: SimulatedStore,
    random: SeededRandom,
  ): Promise<VerifyResult | null> {
    const looks = kind === 'verify' || kind === 'verify-content'
    const ledger = new MemoryLedger({
      library: this.#library,
      clock: this.#clock,
      attempt: null,
      step: async () => {},
      onCommit: (id, entries) => {
        if (looks) assertOnlyLooked(entries)
        this.#judgeCommit(id, entries, place)
      },
    })
    return besideRun({
      kind,
      one,
      place,
      storeId: idOf(index),
      library: this.#library,
      ledger,
      store,
      vault: new SimulatedVault(this.#vault, async () => {}),
      otherStores: this.#otherStores(random),
      inspector: INSPECTOR,
      clock: this.#clock,
      random,
      locks: this.#locks,
    })
  }

  #otherStores(random: SeededRandom): OtherStores {
    return {
      open: async (id) => {
        const place = this.#places.find((_, index) => idOf(index) === id)
        if (place === undefined) throw new Error(`There is no store ${id}.`)
        return new SimulatedStore(place, { clock: this.#clock, random })
      },
    }
  }

  /** Who asks in the end is told that both sides are the same, wherever they must be. */
  async #verifyAll(): Promise<void> {
    for (const [index, place] of this.#places.entries()) {
      const random = new SeededRandom(this.#schedule.seed)
      const store = new SimulatedStore(place, { clock: this.#clock, random })
      await pump(
        this.#clock,
        this.#lookBeside({ kind: 'verify-content', store: index, one: 0 }, place, store, random).then((found) => {
          if (store.writes > 0) throw new Error('A verification wrote to its store.')
          if (found !== null) this.#verified.push(found)
        }),
      )
    }
  }

  /** The moment between a look and a write of a store without conditions is nobody's: nothing happens in it. */
  async #onCall({ name, key, phase }: StoreCall, process: SimulatedProcess): Promise<void> {
    if (phase !== 'between') await process.step(`${phase} ${name} ${key ?? ''}`)
  }

  /** Bytes are kept before a driver deletes them or writes over them. */
  #judgeLoss(place: SimulatedPlace, { key, sha256 }: SimulatedObject): void {
    if (this.#vault.get(sha256) !== undefined || place.lostInRace.has(sha256)) return
    if (place.objects.some((other) => other.sha256 === sha256 && other.key !== key)) return
    this.#lost ??= `"${key}" was deleted or overwritten, and nobody kept it.`
  }

  /**
   * Whatever a listing said: what is there as it was agreed on is not deleted, unless somebody put it back a moment ago, after it was asked for
   * directly, or it has become another asset's.
   */
  #judgeCommit(storeId: StoreId, entries: readonly LedgerEntry[], place: SimulatedPlace): void {
    for (const { assets, item } of entries) {
      for (const write of assets) {
        this.trace.push(`${write.kind} ${'key' in write ? (write.key ?? '') : ''}`)
        if (this.#schedule.mode === 'push' && write.kind !== 'keep-version')
          throw new Error(`A mirror out changed the library: ${write.kind}`)
        if (write.kind !== 'trash') continue
        const base = this.#library.replica(storeId, write.id as AssetId)
        const isAsAgreed = base !== undefined && place.get(base.key)?.version === base.version
        if (isAsAgreed && !this.#meanwhile.has(base.key) && !isOfAnother(entries, write.id, base))
          throw new Error(`Wrong delete: "${base.key}" is there as it was agreed on. ${itemText(item)}`)
      }
    }
  }

  #record(index: number): StoreRecord {
    const { mode, conflicts, profiles, contents } = this.#schedule
    return {
      id: idOf(index),
      name: `store ${index}`,
      kind: STORE_PROFILES[profiles[index] ?? 'folder'].capabilities.kind,
      mode,
      content_mode: contents?.[index] ?? 'full',
      conflict_policy: conflicts,
      delete_limit: null,
      location: 'simulated',
      config: {},
      identity: { marker: null, place: null },
    }
  }
}

/** Whether the same commit says that the object is what another asset is in the store. */
function isOfAnother(entries: readonly LedgerEntry[], id: string, { key, version }: MemoryReplica): boolean {
  return entries.some(({ bases }) =>
    bases.some(
      (base) =>
        base.kind === 'agree' && base.assetId !== id && base.object.key === key && base.object.version === version,
    ),
  )
}

function assertOnlyLooked(entries: readonly LedgerEntry[]): void {
  for (const { assets, bases } of entries)
    if (assets.length > 0 || bases.some(({ kind }) => kind !== 'verified' && kind !== 'differs'))
      throw new Error('A verification changed the library.')
}

const INSPECTOR = {
  sniffBytes: 16,
  sniff: async () => 'text/plain',
  canInspect: () => false,
  inspect: () => Promise.reject(new Error('Nobody asks for pictures of texts.')),
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
