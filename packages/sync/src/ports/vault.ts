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
  /** With `size`, content that was cut short or grew counts as absent: it is not what its name says. */
  has(sha256: string, size?: number): Promise<boolean>
  /** The bytes, or those from `start` to `end` (both counted from 0, `end` included). Rejects `not_found`. */
  read(sha256: string, range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>
  /** Where a vault in a folder of this machine stands, so that stores of this machine can put content there by themselves. */
  readonly localFolder?: string
  /** Where content lies as a file of this machine, if the vault has it. */
  localPath?(sha256: string): string
  /** Keeps what was derived from content (a thumbnail) beside it. It can be made again, so it is never synced to disk. */
  putDerivative(sha256: string, name: string, bytes: Uint8Array): Promise<void>
  /** A derivative, null when it was not made. `name` is one path segment of letters, digits, dot and dash. */
  readDerivative(sha256: string, name: string): Promise<Uint8Array | null>
  /** Bytes that can still be written; null when the place does not say. */
  freeBytes(): Promise<number | null>
  close(): Promise<void>
}
