// A plain key and no unique symbol: each published package carries its own copy of this type, and they must be the same.
type Branded<Name extends string> = string & { readonly __syncwatch: Name }

/** `sync_operations.id`, a uuid of version 7 where we made it. */
export type OperationId = Branded<'OperationId'>
export type StoreId = Branded<'StoreId'>
export type AssetId = Branded<'AssetId'>
export type NodeId = Branded<'NodeId'>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Tells whether `text` is a uuid in any letter case. */
export function isUuid(text: string): boolean {
  return UUID.test(text.toLowerCase())
}
