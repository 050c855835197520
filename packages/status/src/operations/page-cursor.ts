import { isUuid, SyncwatchError } from '@syncwatch/core'

/** Where a page of a list ended: the time in the database's full precision, and the id that decides between equals. */
export interface PagePlace {
  readonly time: string
  readonly id: string
}

const TIME = /^[-+:. \dA-Z]{1,40}$/

/** Opaque to callers. */
export function encodePlace({ time, id }: PagePlace): string {
  return Buffer.from(`${time}|${id}`).toString('base64url')
}

/** Null without a cursor. Throws `invalid_cursor`. */
export function decodePlace(cursor: string | undefined): PagePlace | null {
  if (cursor === undefined) return null
  const [time, id] = Buffer.from(cursor, 'base64url').toString().split('|')
  if (
    time !== undefined &&
    id !== undefined &&
    TIME.test(time) &&
    isUuid(id) &&
    !Number.isNaN(Date.parse(time.replace(/([+-]\d\d)$/, '$1:00')))
  )
    return { time, id }
  throw new SyncwatchError('invalid_cursor', 'The cursor is not one that a list returned. Begin without a cursor.')
}

const DEFAULT_LIMIT = 50
export const LARGEST_PAGE = 500

/** A page's size within its bounds. Throws `invalid_input`. */
export function pageLimit(limit: number | undefined): number {
  if (limit === undefined) return DEFAULT_LIMIT
  if (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_PAGE) return limit
  throw new SyncwatchError('invalid_input', `limit is a whole number from 1 to ${LARGEST_PAGE}.`, {
    details: { field: 'limit' },
  })
}

/** Cuts what was read (one more than the page) into the page and the place of the next one. */
export function toPage<Stored, Row>(
  stored: readonly Stored[],
  limit: number,
  toRow: (stored: Stored) => Row,
  place: (stored: Stored) => PagePlace,
): { items: Row[]; next_cursor: string | null } {
  const page = stored.slice(0, limit)
  const last = page.at(-1)
  const next_cursor = stored.length > limit && last !== undefined ? encodePlace(place(last)) : null
  return { items: page.map(toRow), next_cursor }
}
