/** The order of two values of a kind: negative when `a` comes first, 0 when they are the same. */
export function compare<Value extends string | bigint>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0
}
