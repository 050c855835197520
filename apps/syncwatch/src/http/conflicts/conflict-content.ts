import { createRoute, z } from '@hono/zod-openapi'
import { parseInput } from '@syncwatch/core'
import { type ApiApp, refusals } from '@syncwatch/http'
import { contentResponse } from '../assets/content-response.ts'
import type { MediaService } from '../media-service.ts'
import { conflictAddress } from './conflict-schema.ts'

const sideAddress = conflictAddress.extend({
  side: z.enum(['library', 'store']).openapi({ description: 'Whose content.' }),
})

const responses = {
  200: {
    description: 'The bytes.',
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  },
  ...refusals,
} as const

const contentRoute = createRoute({
  method: 'get',
  path: '/conflicts/{id}/{side}/content',
  operationId: 'getConflictContent',
  summary: 'The bytes that one side of a conflict had',
  description: 'Not there where that side was deleted, or where only its store has them (reference mode).',
  tags: ['conflicts'],
  request: { params: sideAddress },
  responses,
})

const thumbnailRoute = createRoute({
  method: 'get',
  path: '/conflicts/{id}/{side}/thumbnail',
  operationId: 'getConflictThumbnail',
  summary: 'A small picture of one side of a conflict',
  tags: ['conflicts'],
  request: { params: sideAddress },
  responses,
})

export function conflictContent(app: ApiApp, media: MediaService): void {
  app.openAPIRegistry.registerPath(contentRoute)
  app.openAPIRegistry.registerPath(thumbnailRoute)
  app.get(contentRoute.getRoutingPath(), async (c) => {
    const { id, side } = parseInput(sideAddress, c.req.param())
    return contentResponse(c.req.raw, await media.openConflictSide(id, side))
  })
  app.get(thumbnailRoute.getRoutingPath(), async (c) => {
    const { id, side } = parseInput(sideAddress, c.req.param())
    return contentResponse(c.req.raw, await media.openConflictThumbnail(id, side))
  })
}
