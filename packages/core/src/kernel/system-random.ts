import { v7 } from 'uuid'
import type { Random } from './random.ts'

/** Randomness of the machine. Not for secrets. */
export function systemRandom(): Random {
  return { next: () => Math.random(), uuid: () => v7() }
}
