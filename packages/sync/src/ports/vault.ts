/** What the vault knows of bytes that it has taken in. */
export interface VaultEntry {
  /** Hex digest; the name of the content. */
  readonly sha256: string
  readonly size: number
}

/** Where the library keeps bytes: content-addressed, written to a temporary name and published by rename. */
export interface Vault {
  /** Takes a stream in and publishes it under its hash. Taking in what is there already changes nothing. */
  put(
    stream: AsyncIterable<Uint8Array>,
    options?: { signal?: AbortSignal; durability?: 'full' | 'relaxed' },
  ): Promise<VaultEntry>
  has(sha256: string): Promise<boolean>
  read(sha256: string, range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>
  /** Bytes that can still be written; null when the place does not say. */
  freeBytes(): Promise<number | null>
  close(): Promise<void>
}
