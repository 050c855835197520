import { SeededRandom } from '../seeded-random.ts'
import type { StoreFaults } from '../simulated-store/store-faults.ts'
import type { STORE_PROFILES } from '../simulated-store/store-profile.ts'

/** Something that a person or a program does behind the engine's back. Keys and contents are picked by number. */
export interface Edit {
  readonly side: 'library' | 'store'
  /** Which of the stores. */
  readonly store: number
  readonly kind: 'create' | 'replace' | 'describe' | 'rename' | 'swap' | 'remove' | 'restore'
  readonly one: number
  readonly other: number
}

/** One attempt of a sync, and what happens meanwhile. */
export interface ScheduledRun {
  readonly store: number
  readonly faults: Partial<StoreFaults>
  readonly latencyMs: number
  readonly concurrency: number
  /** The process ends at this step; null where it lives. */
  readonly crashAt: number | null
  readonly during: readonly { readonly step: number; readonly edit: Edit }[]
  /** Another attempt takes over at this step while the first goes on; null where it does not. */
  readonly takeOverAt: number | null
}

export interface Phase {
  readonly edits: readonly Edit[]
  /** By how much the wall clock jumps, in milliseconds. */
  readonly clockJumpMs: number
  readonly run: ScheduledRun
}

/** A whole story, as data: it can be made smaller and told again. */
export interface Schedule {
  readonly seed: number
  readonly profiles: readonly (keyof typeof STORE_PROFILES)[]
  readonly mode: 'two-way' | 'pull' | 'push'
  readonly conflicts: 'keep-both' | 'newer' | 'library' | 'store' | 'manual'
  /** How many files both sides have in the beginning. */
  readonly files: number
  readonly phases: readonly Phase[]
}

export type ScheduleKind = 'everyday' | 'hostile' | 'small'

/** The same seed and kind make the same story. */
export function makeSchedule(seed: number, kind: ScheduleKind = 'everyday'): Schedule {
  const random = new SeededRandom(seed)
  const stores = kind !== 'small' && random.next() < 0.3 ? 2 : 1
  const mode: Schedule['mode'] = stores === 2 || random.next() < 0.8 ? 'two-way' : random.pick(['pull', 'push'])
  const base: Omit<Schedule, 'phases'> = {
    seed,
    profiles: Array.from({ length: stores }, () => random.pick(['cloudinary', 's3', 'webdav', 'folder'])),
    mode,
    conflicts: random.pick(['keep-both', 'keep-both', 'newer', 'library', 'store', 'manual']),
    files: kind === 'small' ? random.integer(1, 4) : random.next() < 0.2 ? 12 : random.integer(0, 6),
  }
  const phases = Array.from({ length: kind === 'small' ? 1 : random.integer(1, 3) }, () =>
    makePhase(random, kind, stores),
  )
  return { ...base, phases }
}

function makePhase(random: SeededRandom, kind: ScheduleKind, stores: number): Phase {
  const edits = Array.from({ length: random.integer(0, kind === 'small' ? 3 : 5) }, () => makeEdit(random, stores))
  const during = Array.from({ length: random.next() < 0.5 ? random.integer(1, 3) : 0 }, () => ({
    step: random.integer(1, 60),
    edit: makeEdit(random, stores),
  }))
  return {
    edits,
    clockJumpMs: random.next() < 0.2 ? random.integer(-48, 48) * 3_600_000 : 0,
    run: {
      store: random.integer(0, stores - 1),
      faults: kind === 'small' ? {} : makeFaults(random, kind),
      latencyMs: random.next() < 0.3 ? 200 : 0,
      concurrency: random.integer(1, 4),
      crashAt: kind !== 'small' && random.next() < 0.3 ? random.integer(1, 60) : null,
      during: kind === 'small' ? [] : during,
      takeOverAt: kind !== 'small' && random.next() < 0.1 ? random.integer(1, 60) : null,
    },
  }
}

const PROBABLE = [0, 0, 0, 0.05, 0.3] as const

function makeFaults(random: SeededRandom, kind: ScheduleKind): Partial<StoreFaults> {
  const some = () => random.pick(PROBABLE)
  const calls = { rateLimit: some() / 3, serverError: some() / 10, lostAnswer: some(), brokenRead: some() / 3 }
  if (kind === 'everyday') return calls
  const lies = ['truncatedListing', 'staleListing', 'emptyListing', 'incompleteListing', 'failingPage'] as const
  return { ...calls, serverError: calls.serverError / 3, [random.pick(lies)]: 0.7, [random.pick(lies)]: 0.4 }
}

const KINDS = ['create', 'replace', 'describe', 'rename', 'swap', 'remove', 'restore'] as const

function makeEdit(random: SeededRandom, stores: number): Edit {
  return {
    side: random.pick(['library', 'store']),
    store: random.integer(0, stores - 1),
    kind: random.pick(KINDS),
    one: random.integer(0, 7),
    other: random.integer(0, 7),
  }
}
