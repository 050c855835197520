import type { Random } from './random.ts'
import { uuid7Source } from './uuid7.ts'

/** Node and browsers have it alike; what is compiled here belongs to neither. */
declare const crypto: { getRandomValues(bytes: Uint8Array): unknown }

/** Randomness of the machine. Not for secrets. */
export function systemRandom(): Random {
  return { next: () => Math.random(), uuid: nextUuid }
}

/** One for the whole process: ids of all who ask are in one order. */
const nextUuid = uuid7Source(
  () => Date.now(),
  (bytes) => crypto.getRandomValues(bytes),
)
