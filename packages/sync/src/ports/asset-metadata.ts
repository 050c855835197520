/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue }

/**
 * What a person says about an asset. A store that cannot hold some of it says so by `Store.holdable`, and only what it can hold is
 * compared with it.
 */
export interface AssetMetadata {
  readonly display_name: string | null
  readonly description: string | null
  readonly alt_text: string | null
  /** A set: order means nothing, kept sorted. */
  readonly tags: readonly string[]
  readonly custom: { readonly [name: string]: JsonValue }
}

export const NO_METADATA: AssetMetadata = Object.freeze({
  display_name: null,
  description: null,
  alt_text: null,
  tags: [],
  custom: {},
})
