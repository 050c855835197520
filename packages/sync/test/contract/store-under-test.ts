import type { Store } from '../../src/ports/store.ts'

/** A driver on a real, empty place, with the means to change that place behind its back. */
export interface StoreUnderTest {
  readonly store: Store
  /** Puts content under a key as somebody else would, long enough ago to be at rest. */
  write(key: string, content: string): Promise<void>
  delete(key: string): Promise<void>
  /** Makes the whole place unreachable. */
  takeAway(): Promise<void>
  dispose(): Promise<void>
}
