/**
 * Array literals of Postgres, made here because the general converter of `pg` costs more than the statement for
 * thousands of numbers. A column without any value is `{}`.
 */
export function plainArray(values: readonly (string | number | null)[]): string {
  let isEmpty = true
  let text = ''
  for (const value of values) {
    if (value !== null) isEmpty = false
    text += text === '' ? (value ?? 'NULL') : `,${value ?? 'NULL'}`
  }
  return isEmpty ? '{}' : `{${text}}`
}

/** The same for texts, which are quoted. */
export function textArray(values: readonly (string | null)[]): string {
  let isEmpty = true
  const parts = new Array<string>(values.length)
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? null
    if (value === null) parts[index] = 'NULL'
    else {
      isEmpty = false
      parts[index] = `"${/[\\"]/.test(value) ? value.replace(/[\\"]/g, '\\$&') : value}"`
    }
  }
  return isEmpty ? '{}' : `{${parts.join(',')}}`
}

/** Reads an array of whole numbers that came as text: `{1,2}`. */
export function readNumbers(text: string | null): number[] {
  if (text === null || text === '{}') return []
  return text.slice(1, -1).split(',').map(Number)
}
