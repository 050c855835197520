import { SeededRandom } from '@syncwatch/testkit'

/** Nodes are told apart by number; viewers too. */
export type Step =
  /** Workers of a node begin operations, drive and end them. */
  | { readonly kind: 'work'; readonly node: number; readonly seed: number; readonly operations: number }
  /** kill -9, and another process at the same address. */
  | { readonly kind: 'kill'; readonly node: number }
  /** In order, as a deploy does: drained, stopped, and another process at the same address. */
  | { readonly kind: 'deploy'; readonly node: number }
  | { readonly kind: 'pause'; readonly node: number; readonly forMs: number }
  | { readonly kind: 'clock'; readonly node: number; readonly jumpMs: number }
  | { readonly kind: 'postgres'; readonly manner: 'orderly' | 'crash' }
  /** From now to the end nobody is told of anything: nodes find out by looking. */
  | { readonly kind: 'no-hints' }
  /** Ended operations are deleted, and that is forgotten too: old cursors are good for nothing. */
  | { readonly kind: 'forget'; readonly purge: boolean }
  | { readonly kind: 'network'; readonly viewer: number; readonly fault: NetworkFault }
  | { readonly kind: 'sleep'; readonly viewer: number; readonly jumpMs: number }
  /** Somebody new opens a page. */
  | { readonly kind: 'join' }
  | { readonly kind: 'intruder'; readonly node: number; readonly manner: IntruderManner }

export type NetworkFault =
  | { readonly name: 'delay'; readonly ms: number }
  | { readonly name: 'cut' }
  | { readonly name: 'cut-within'; readonly bytes: number }
  | { readonly name: 'silent'; readonly direction: 'up' | 'down' | 'both' }
  | { readonly name: 'refuse' }
  | { readonly name: 'mend' }

export const INTRUDERS = [
  'never-reads',
  'garbage',
  'bad-frames',
  'flood',
  'oversized',
  'fragments',
  'trickle',
  'expired',
  'forged',
  'replayed',
  'half-open',
] as const
export type IntruderManner = (typeof INTRUDERS)[number]

export interface Schedule {
  readonly seed: number
  readonly viewers: number
  readonly steps: readonly { readonly afterMs: number; readonly step: Step }[]
  /** Whether somebody who never reads comes once all is mended, to the node of this number. */
  readonly deafAt: number | null
}

export const NODES = 2
/** One who never reads takes a second of a story. */
const DEAF_SHARE = 0.3

/** How often each kind of step comes, in proportion. What takes a process or the database down is dear, and rarer. */
const WEIGHTS: readonly (readonly [Step['kind'], number])[] = [
  ['network', 9],
  ['work', 6],
  ['intruder', 5],
  ['pause', 2],
  ['sleep', 2],
  ['join', 2],
  ['clock', 1.5],
  ['forget', 1.5],
  ['no-hints', 1],
  ['kill', 1],
  ['deploy', 0.7],
  ['postgres', 0.7],
]

/** The same seed makes the same schedule. How processes and packets interleave in it is the machine's doing. */
export function makeSchedule(seed: number): Schedule {
  const random = new SeededRandom(seed)
  const viewers = random.integer(3, 5)
  const opening = Array.from({ length: NODES }, (_, node) => ({ afterMs: 0, step: work(random, node) }))
  const steps = Array.from({ length: random.integer(4, 9) }, () => ({
    afterMs: random.integer(10, 120),
    step: makeStep(random, viewers),
  }))
  const deafAt = random.next() < DEAF_SHARE ? random.integer(0, NODES - 1) : null
  return { seed, viewers, steps: [...opening, ...steps], deafAt }
}

function makeStep(random: SeededRandom, viewers: number): Step {
  const node = random.integer(0, NODES - 1)
  const viewer = random.integer(0, viewers - 1)
  const kind = pickKind(random)
  switch (kind) {
    case 'work':
      return work(random, node)
    case 'kill':
    case 'deploy':
      return { kind, node }
    case 'pause':
      return { kind, node, forMs: random.pick([50, 300, 1_200]) }
    case 'clock':
      return { kind, node, jumpMs: random.pick([-1, 1]) * random.pick([5_000, 3_600_000, 30 * 86_400_000]) }
    case 'postgres':
      return { kind, manner: random.pick(['orderly', 'crash']) }
    case 'no-hints':
    case 'join':
      return { kind }
    case 'forget':
      return { kind, purge: random.next() < 0.5 }
    case 'network':
      return { kind, viewer, fault: makeFault(random) }
    case 'sleep':
      return { kind, viewer, jumpMs: random.pick([-1, 1]) * random.pick([10_000, 8 * 3_600_000]) }
    case 'intruder':
      return { kind, node, manner: random.pick(INTRUDERS) }
  }
}

const FAULTS = ['delay', 'cut', 'cut-within', 'cut-within', 'silent', 'silent', 'refuse', 'mend'] as const

function makeFault(random: SeededRandom): NetworkFault {
  const name = random.pick(FAULTS)
  switch (name) {
    case 'delay':
      return { name, ms: random.integer(5, 80) }
    case 'cut-within':
      return { name, bytes: random.integer(1, 20_000) }
    case 'silent':
      return { name, direction: random.pick(['up', 'down', 'both']) }
    default:
      return { name }
  }
}

function work(random: SeededRandom, node: number): Step {
  return { kind: 'work', node, seed: random.integer(1, 1_000_000), operations: random.integer(3, 10) }
}

function pickKind(random: SeededRandom): Step['kind'] {
  let left = random.next() * WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [kind, weight] of WEIGHTS) {
    left -= weight
    if (left < 0) return kind
  }
  return 'network'
}
