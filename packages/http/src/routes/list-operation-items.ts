import { createRoute, z } from '@hono/zod-openapi'
import { ITEM_STATES } from '@syncwatch/core'
import type { ApiContext } from '../api-context.ts'
import type { ApiApp } from '../api-environment.ts'
import { jsonAnswer, refusals } from '../openapi/responses.ts'
import { itemSchema } from '../schemas/item.ts'
import { pageSchema } from '../schemas/page.ts'
import { choiceParameter, listParameter, pageQuery } from '../schemas/query-fields.ts'
import { operationAddress } from './operation-address.ts'

const route = createRoute({
  method: 'get',
  path: '/operations/{id}/items',
  operationId: 'listOperationItems',
  summary: 'What happened to each asset within an operation',
  description: 'Assets that were unchanged have no item; they only count.',
  tags: ['operations'],
  request: {
    params: operationAddress,
    query: z.strictObject({
      state: listParameter(ITEM_STATES, 'Only items in these states.'),
      remarked: choiceParameter(['true'], 'Only items that say why, whatever their state: those with an `error_code`.'),
      ...pageQuery,
    }),
  },
  responses: { 200: jsonAnswer(pageSchema(itemSchema).openapi('ItemPage'), 'A page of items.'), ...refusals },
})

export function listOperationItems(app: ApiApp, { status }: ApiContext): void {
  app.openapi(route, async (c) => {
    const { limit, cursor, state, remarked } = c.req.valid('query')
    const query = { limit, ...(cursor && { cursor }), ...(state && { state }), ...(remarked && { remarked: true }) }
    return c.json(await status.listItems(c.req.valid('param').id, query), 200)
  })
}
