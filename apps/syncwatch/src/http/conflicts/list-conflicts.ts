import { createRoute, z } from '@hono/zod-openapi'
import { CONFLICT_STATES, type StoreId } from '@syncwatch/core'
import {
  type ApiApp,
  idListParameter,
  jsonAnswer,
  listParameter,
  pageQuery,
  pageSchema,
  refusals,
} from '@syncwatch/http'
import type { MediaService } from '../media-service.ts'
import { conflictAddress, conflictSchema } from './conflict-schema.ts'

const tags = ['conflicts']

const listRoute = createRoute({
  method: 'get',
  path: '/conflicts',
  operationId: 'listConflicts',
  summary: 'Conflicts with both sides, latest first',
  tags,
  request: {
    query: z.strictObject({
      state: listParameter(CONFLICT_STATES, 'Only conflicts in these states.'),
      store_id: idListParameter('Only conflicts with these stores.'),
      ...pageQuery,
    }),
  },
  responses: {
    200: jsonAnswer(pageSchema(conflictSchema).openapi('ConflictPage'), 'A page of conflicts.'),
    ...refusals,
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/conflicts/{id}',
  operationId: 'getConflict',
  summary: 'One conflict',
  tags,
  request: { params: conflictAddress },
  responses: { 200: jsonAnswer(conflictSchema, 'The conflict.'), ...refusals },
})

export function listConflicts(app: ApiApp, { conflicts }: MediaService): void {
  app.openapi(listRoute, async (c) => {
    const { limit, cursor, state, store_id } = c.req.valid('query')
    const query = {
      limit,
      ...(cursor && { cursor }),
      ...(state && { state }),
      ...(store_id && { storeId: store_id as StoreId[] }),
    }
    return c.json(await conflicts.list(query), 200)
  })
  app.openapi(getRoute, async (c) => c.json(await conflicts.get(c.req.valid('param').id), 200))
}
