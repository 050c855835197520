import type { LiveRow } from '@syncwatch/core'

/** A row of a delta upon the one that is known; null where it is not newer. */
export function decodeRow(
  known: Readonly<Record<string, LiveRow>>,
  fields: readonly string[],
  values: readonly unknown[],
): LiveRow | null {
  const patch = Object.fromEntries(fields.map((field, index) => [field, values[index]])) as LiveRow
  const before = known[patch.id]
  if (before && patch.rev <= before.rev) return null
  return { ...before, ...patch }
}
