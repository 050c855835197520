import { SeededRandom } from '../seeded-random.ts'
import type { StoreFaults } from '../simulated-store/store-faults.ts'
import type { STORE_PROFILES } from '../simulated-store/store-profile.ts'

/** Something that a person or a program does behind the engine's back. Keys and contents are picked by number. */
export interface Edit {
  readonly side: 'library' | 'store'
  /** Which of the stores. */
  readonly store: number
  /** `twin`: a new one whose name is that of another but for case or Unicode form. `recase`: its own name so. `remove-most`: all but one. */
  readonly kind:
    | 'create'
    | 'replace'
    | 'describe'
    | 'rename'
    | 'swap'
    | 'remove'
    | 'restore'
    | 'twin'
    | 'recase'
    | 'remove-most'
  readonly one: number
  readonly other: number
}

/**
 * Something that happens to a store, to the vault, or at the desk where held plans are approved: it goes away and comes back, another
 * disk stands at its place, it is put back from the backup that was made last, its disk is full.
 */
export interface Event {
  readonly event:
    | 'go-away'
    | 'come-back'
    | 'exchange'
    | 'change-back'
    | 'back-up'
    | 'put-back'
    | 'fill-up'
    | 'make-room'
    | 'fill-vault'
    | 'empty-vault'
    | 'approve'
  readonly store: number
}

/** A smaller run that begins while another one goes on. */
export interface Beside {
  readonly step: number
  readonly kind: 'asset' | 'key' | 'verify' | 'verify-content'
  readonly store: number
  readonly one: number
}

/** One attempt of a sync, and what happens meanwhile. */
export interface ScheduledRun {
  readonly store: number
  readonly faults: Partial<StoreFaults>
  readonly latencyMs: number
  readonly concurrency: number
  /** The process ends at this step; null where it lives. */
  readonly crashAt: number | null
  readonly during: readonly { readonly step: number; readonly edit: Edit | Event }[]
  /** Another attempt takes over at this step while the first goes on; null where it does not. */
  readonly takeOverAt: number | null
  /** A person cancels it at this step. */
  readonly cancelAt?: number | null
  readonly beside?: readonly Beside[]
}

export interface Phase {
  readonly edits: readonly (Edit | Event)[]
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
  /** By store; `full` where nothing is said. */
  readonly contents?: readonly ('full' | 'reference')[]
  /** How many files both sides have in the beginning. */
  readonly files: number
  readonly phases: readonly Phase[]
}

/**
 * `rough`: days on which stores vanish, are exchanged and put back, disks fill up, people cancel, look and approve too late. `letters`:
 * days on which names change in case or Unicode form only, and are exchanged, in stores most of which cannot tell these apart.
 */
export type ScheduleKind = 'everyday' | 'hostile' | 'rough' | 'letters' | 'small'

const PROFILES = ['cloudinary', 's3', 'webdav', 'folder'] as const
const LETTER_PROFILES = ['webdav', 'webdav', 'webdav', 'folder'] as const

/** The same seed and kind make the same story. */
export function makeSchedule(seed: number, kind: ScheduleKind = 'everyday'): Schedule {
  const random = new SeededRandom(seed)
  const stores = kind !== 'small' && random.next() < 0.3 ? 2 : 1
  const mode: Schedule['mode'] = stores === 2 || random.next() < 0.8 ? 'two-way' : random.pick(['pull', 'push'])
  const base: Omit<Schedule, 'phases'> = {
    seed,
    profiles: Array.from({ length: stores }, () => random.pick(kind === 'letters' ? LETTER_PROFILES : PROFILES)),
    mode,
    conflicts: random.pick(['keep-both', 'keep-both', 'newer', 'library', 'store', 'manual']),
    contents: Array.from({ length: stores }, () => (random.next() < 0.25 ? 'reference' : 'full')),
    files: kind === 'small' ? random.integer(1, 4) : random.pick([0, 1, 2, 3, 4, 5, 6, 12, 12, 22]),
  }
  const phases = Array.from({ length: kind === 'small' ? 1 : random.integer(1, 3) }, () =>
    makePhase(random, kind, stores),
  )
  return { ...base, phases }
}

function makePhase(random: SeededRandom, kind: ScheduleKind, stores: number): Phase {
  const happening = () =>
    kind === 'rough' && random.next() < 0.4 ? makeEvent(random, stores) : makeEdit(random, stores, kind)
  const edits = Array.from({ length: random.integer(0, kind === 'small' ? 3 : 5) }, happening)
  const during = Array.from({ length: random.next() < 0.5 ? random.integer(1, 3) : 0 }, () => ({
    step: random.integer(1, 60),
    edit: happening(),
  }))
  const small = kind === 'small'
  const sometimes = (probability: number) => (!small && random.next() < probability ? random.integer(1, 60) : null)
  const rough = kind === 'rough' ? 3 : 1
  return {
    edits,
    clockJumpMs: random.next() < 0.2 ? random.integer(-48, 48) * 3_600_000 : 0,
    run: {
      store: random.integer(0, stores - 1),
      faults: small ? {} : makeFaults(random, kind),
      latencyMs: random.next() < 0.3 ? 200 : 0,
      concurrency: random.integer(1, 4),
      crashAt: sometimes(0.3),
      during: small ? [] : during,
      takeOverAt: sometimes(0.1),
      cancelAt: sometimes(0.08 * rough),
      beside: small ? [] : makeBeside(random, stores, 0.1 * rough),
    },
  }
}

function makeBeside(random: SeededRandom, stores: number, probability: number): Beside[] {
  return Array.from({ length: random.next() < probability ? random.integer(1, 3) : 0 }, () => ({
    step: random.integer(1, 40),
    kind: random.pick(['asset', 'asset', 'key', 'verify', 'verify-content']),
    store: random.integer(0, stores - 1),
    one: random.integer(0, 7),
  }))
}

const PROBABLE = [0, 0, 0, 0.05, 0.3] as const

function makeFaults(random: SeededRandom, kind: ScheduleKind): Partial<StoreFaults> {
  const some = () => random.pick(PROBABLE)
  const calls = { rateLimit: some() / 3, serverError: some() / 10, lostAnswer: some(), brokenRead: some() / 3 }
  if (kind !== 'hostile') return calls
  const lies = ['truncatedListing', 'staleListing', 'emptyListing', 'incompleteListing', 'failingPage'] as const
  return { ...calls, serverError: calls.serverError / 3, [random.pick(lies)]: 0.7, [random.pick(lies)]: 0.4 }
}

const KINDS = ['create', 'replace', 'describe', 'rename', 'swap', 'remove', 'restore'] as const
const RARE_KINDS = ['twin', 'twin', 'remove-most'] as const

const LETTER_KINDS = ['recase', 'recase', 'swap', 'rename', 'twin', 'remove', 'replace'] as const

function makeEdit(random: SeededRandom, stores: number, kind: ScheduleKind): Edit {
  return {
    side: random.pick(['library', 'store']),
    store: random.integer(0, stores - 1),
    kind: random.next() < 0.12 ? random.pick(RARE_KINDS) : random.pick(kind === 'letters' ? LETTER_KINDS : KINDS),
    one: random.integer(0, 7),
    other: random.integer(0, 7),
  }
}

const EVENTS = [
  'go-away',
  'come-back',
  'exchange',
  'exchange',
  'change-back',
  'back-up',
  'put-back',
  'put-back',
  'fill-up',
  'make-room',
  'fill-vault',
  'empty-vault',
  'approve',
  'approve',
] as const

function makeEvent(random: SeededRandom, stores: number): Event {
  return { event: random.pick(EVENTS), store: random.integer(0, stores - 1) }
}
