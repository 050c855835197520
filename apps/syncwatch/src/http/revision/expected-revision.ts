import { z } from '@hono/zod-openapi'
import { SyncwatchError } from '@syncwatch/core'
import type { Context } from 'hono'

const TAG = /^(?:W\/)?"?(\d{1,15})"?$/

/** The header that says which revision a change was decided on. */
export const revisionHeader = z.object({
  'if-match': z.string().max(100).optional().openapi({
    description: 'The `revision` that was looked at, such as `"7"`; or the field `revision` of the body.',
    example: '"7"',
  }),
})

/** The field of a body that says the same. */
export const revisionField = z.int().positive().optional().openapi({
  description: 'The `revision` that was looked at, unless `If-Match` says it.',
})

/**
 * The revision that a change was decided on. Throws `revision_required` where the request does not say it, `invalid_input` where it
 * says nonsense or two different ones.
 */
export function expectedRevision(c: Context, field?: number): number {
  const header = c.req.header('if-match')
  const tagged = header === undefined ? undefined : Number(TAG.exec(header.trim())?.[1])
  if (tagged !== undefined && Number.isNaN(tagged))
    throw new SyncwatchError('invalid_input', 'If-Match holds one revision, such as "7".')
  const given = tagged ?? field
  if (given === undefined)
    throw new SyncwatchError(
      'revision_required',
      'Say which revision you looked at: "If-Match: \\"7\\"", or "revision" in the body.',
    )
  if (field !== undefined && given !== field)
    throw new SyncwatchError('invalid_input', 'If-Match and "revision" say two different revisions.')
  return given
}

/** The header of an answer that says which revision it shows. */
export function revisionTag({ revision }: { revision: number }): { ETag: string } {
  return { ETag: `"${revision}"` }
}
