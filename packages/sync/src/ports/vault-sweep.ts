/** Content as it lies in a vault. */
export interface LyingContent {
  readonly sha256: string
  readonly size: number
  /** Epoch milliseconds: when it came to where it lies. */
  readonly since: number
}

/**
 * How a vault gets rid of content that nothing refers to, in two steps, so that whoever takes content in at the same moment loses
 * nothing: what is set aside is out of the way, and comes back by itself when somebody asks the vault for it.
 */
export interface VaultSweep {
  /** All content that is not set aside, in no order. */
  contents(): AsyncIterable<LyingContent>
  /** Sets content aside. Resolves also where it is gone. */
  setAside(sha256: string): Promise<void>
  /** What is set aside. */
  aside(): AsyncIterable<LyingContent>
  /** Puts it back where it was. Resolves also where it is back already. */
  putBack(sha256: string): Promise<void>
  /** Removes what is set aside for good, with what was derived from it. Resolves also where it is gone. */
  destroy(sha256: string): Promise<void>
}
