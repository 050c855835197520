import pg from 'pg'

const BOOL = 16
const INT8 = 20
const INT2 = 21
const INT4 = 23
const JSON_TEXT = 114
const FLOAT4 = 700
const FLOAT8 = 701
const DATE = 1082
const TIMESTAMP = 1114
const TIMESTAMPTZ = 1184
const NUMERIC = 1700
const JSONB = 3802
const XID8 = 5069

/**
 * `timestamptz` as ISO 8601 in UTC with milliseconds. The usual answer of a server (`2026-01-31 10:20:30.123456+00`) is
 * cut into shape; other offsets go through `Date`. `infinity` and years beyond four digits are left as Postgres wrote them.
 */
export function parseTimestamptz(text: string): string {
  if (text.length >= 22 && text.endsWith('+00') && text[10] === ' ') {
    const fraction = text.slice(19, -3)
    const milliseconds = fraction === '' ? '000' : fraction.slice(1, 4).padEnd(3, '0')
    return `${text.slice(0, 10)}T${text.slice(11, 19)}.${milliseconds}Z`
  }
  const full = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
  const time = new Date(full)
  return Number.isNaN(time.getTime()) ? text : time.toISOString()
}

const asIs = (text: string): string => text
const parsers = new Map<number, (text: string) => unknown>([
  [BOOL, (text) => text === 't'],
  // Counts, sizes and revisions: beyond 2^53 they would be wrong in the browser too.
  [INT8, Number],
  [INT2, Number],
  [INT4, Number],
  [FLOAT4, Number],
  [FLOAT8, Number],
  [JSON_TEXT, (text) => JSON.parse(text)],
  [JSONB, (text) => JSON.parse(text)],
  [DATE, asIs],
  [TIMESTAMP, asIs],
  [TIMESTAMPTZ, parseTimestamptz],
  [NUMERIC, asIs],
  [XID8, asIs],
])

/**
 * How values of Postgres become values of ours: times ISO strings, int8 numbers, numeric and xid8 strings, json parsed.
 * Given to each pool or query; the parsers of `pg` itself belong to the host application and are neither changed nor,
 * for these types, used.
 */
export const sqlTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    (format ?? 'text') === 'text' && parsers.has(oid)
      ? parsers.get(oid)
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}
