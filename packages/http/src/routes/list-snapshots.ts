import { createRoute, z } from '@hono/zod-openapi'
import { SNAPSHOT_TYPES } from '@syncwatch/status-manager'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'
import { pageSchema } from '../schemas/page.ts'
import { choiceParameter, pageQuery } from '../schemas/query-fields.ts'
import { snapshotSchema } from '../schemas/snapshot.ts'

const route = createRoute({
  method: 'get',
  path: '/snapshots',
  operationId: 'listSnapshots',
  summary: 'Recorded states of the system, latest first',
  tags: ['status'],
  request: {
    query: z.strictObject({ type: choiceParameter(SNAPSHOT_TYPES, 'Only snapshots of this type.'), ...pageQuery }),
  },
  responses: {
    200: jsonAnswer(pageSchema(snapshotSchema).openapi('StatusSnapshotPage'), 'A page of snapshots.'),
    ...refusals,
  },
})

export function listSnapshots(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => {
    const { limit, cursor, type } = c.req.valid('query')
    return c.json(await status.listSnapshots({ limit, ...(cursor && { cursor }), ...(type && { type }) }), 200)
  })
}
