import { median } from '../support/statistics.ts'
import type { Measured } from './side.ts'

/** What one side came to. */
export interface SingleSide {
  /** States made visible for each second of the server's processor time, all of it: nothing is taken off for idling. */
  statesPerCpuSecond: number
  /** The share of a core that the server took in a second without a change. */
  idleCpuShare: number
}

export interface Single {
  viewers: number
  ours: SingleSide
  peer: SingleSide
  ratio: number
  /** Of each round by itself: how far apart they lie is the noise. */
  ratios: readonly number[]
  /** Seconds that the middle was taken of, on each side. */
  windows: number
}

/**
 * Gathers the seconds in which one operation changed once. What a second costs is the middle of all that were seen: one in
 * which something else happened, such as a garbage collection, would move a mean.
 */
export class SingleOperation {
  readonly viewers: number
  readonly #rounds: { ours: Measured; peer: Measured }[] = []

  constructor(viewers: number) {
    this.viewers = viewers
  }

  add(ours: Measured, peer: Measured): void {
    this.#rounds.push({ ours, peer })
  }

  compare(): Single {
    const ours = this.#sideOf(this.#rounds.map((round) => round.ours))
    const peer = this.#sideOf(this.#rounds.map((round) => round.peer))
    return {
      viewers: this.viewers,
      ours,
      peer,
      ratio: ours.statesPerCpuSecond / peer.statesPerCpuSecond,
      ratios: this.#rounds.map((round) => median(changed(round.peer)) / median(changed(round.ours))),
      windows: this.#rounds.reduce((sum, round) => sum + changed(round.ours).length, 0),
    }
  }

  #sideOf(rounds: readonly Measured[]): SingleSide {
    return {
      statesPerCpuSecond: this.viewers / median(rounds.flatMap(changed)),
      idleCpuShare: median(rounds.map(({ windows }) => windows[0] as number)),
    }
  }
}

const changed = ({ windows }: Measured): readonly number[] => windows.slice(1)
