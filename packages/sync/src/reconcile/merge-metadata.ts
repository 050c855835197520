import type { AssetMetadata, JsonValue } from '../ports/asset-metadata.ts'

export type Side = 'library' | 'store'

/** Whether two documents say the same. Tags are a set, and the order of names in an object means nothing. */
export function sameMetadata(one: AssetMetadata, other: AssetMetadata): boolean {
  return one === other || canonical(documentOf(one)) === canonical(documentOf(other))
}

/**
 * Merges per field, three-way (R16): a field that one side changed is that side's, one that both changed differently is the
 * preferred side's, and so for each custom field. Tags merge as a set: what either added is in, what either removed is out.
 */
export function mergeMetadata(
  base: AssetMetadata,
  library: AssetMetadata,
  store: AssetMetadata,
  prefer: Side,
): AssetMetadata {
  const field = (name: 'display_name' | 'description' | 'alt_text') =>
    mergeValue(base[name], library[name], store[name], prefer)
  return {
    display_name: field('display_name'),
    description: field('description'),
    alt_text: field('alt_text'),
    tags: mergeTags(base.tags, library.tags, store.tags),
    custom: mergeCustom(base.custom, library.custom, store.custom, prefer),
  }
}

function mergeTags(base: readonly string[], library: readonly string[], store: readonly string[]): readonly string[] {
  const known = new Set(base)
  const [here, there] = [new Set(library), new Set(store)]
  const kept = [...new Set([...library, ...store])].filter((tag) =>
    known.has(tag) ? here.has(tag) && there.has(tag) : true,
  )
  return kept.sort()
}

type Custom = AssetMetadata['custom']

function mergeCustom(base: Custom, library: Custom, store: Custom, prefer: Side): Custom {
  const merged: [string, JsonValue][] = []
  for (const name of [...new Set([...Object.keys(library), ...Object.keys(store)])].sort()) {
    const value = mergeValue(own(base, name), own(library, name), own(store, name), prefer)
    if (value !== undefined) merged.push([name, value])
  }
  return Object.fromEntries(merged)
}

/** A custom field is called as a person likes, `__proto__` and `constructor` included. */
function own(custom: Custom, name: string): JsonValue | undefined {
  return Object.hasOwn(custom, name) ? custom[name] : undefined
}

function mergeValue<Value extends JsonValue | undefined>(
  base: Value,
  library: Value,
  store: Value,
  prefer: Side,
): Value {
  if (canonical(library) === canonical(base)) return store
  if (canonical(store) === canonical(base)) return library
  return prefer === 'library' ? library : store
}

function documentOf({ display_name, description, alt_text, tags, custom }: AssetMetadata): JsonValue {
  return [display_name, description, alt_text, [...new Set(tags)].sort(), custom]
}

/** One text for values that are the same; `undefined` for nothing at all. */
function canonical(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined
  return JSON.stringify(value, (_, part: JsonValue) => {
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
}
