/** A name as SQL takes it verbatim: `my"schema` becomes `"my""schema"`. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
