import { createRoute, z } from '@hono/zod-openapi'
import { type ApiApp, jsonAnswer, pageQuery, pageSchema, refusals } from '@syncwatch/http'
import { ASSET_KINDS } from '@syncwatch/sync'
import type { MediaService } from '../media-service.ts'
import { assetSchema, SYNC_STATES } from './asset-schema.ts'

const querySchema = z.strictObject({
  search: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: 'Only assets whose key contains this, letter case aside.' }),
  folder: z
    .string()
    .max(2048)
    .optional()
    .openapi({ description: 'Only assets directly in this folder; `/` is the root.' }),
  key: z.string().max(2048).optional().openapi({ description: 'Only the asset of exactly this key.' }),
  type: z
    .enum(ASSET_KINDS)
    .optional()
    .openapi({ description: 'Only what is of this kind; `other` is neither of the others.' }),
  sync_state: z.enum(SYNC_STATES).optional().openapi({ description: 'Only assets in this state towards the stores.' }),
  ...pageQuery,
})

const route = createRoute({
  method: 'get',
  path: '/assets',
  operationId: 'listAssets',
  summary: 'The library, latest first',
  tags: ['assets'],
  request: { query: querySchema },
  responses: { 200: jsonAnswer(pageSchema(assetSchema).openapi('AssetPage'), 'A page of assets.'), ...refusals },
})

const folderSchema = z
  .object({ folder: z.string().openapi({ description: 'Empty: the root.' }), asset_count: z.int() })
  .openapi('Folder')

const foldersRoute = createRoute({
  method: 'get',
  path: '/folders',
  operationId: 'listFolders',
  summary: 'The folders of the library with how many assets lie directly in them, by name',
  description: 'The first 1,000 of them.',
  tags: ['assets'],
  responses: { 200: jsonAnswer(pageSchema(folderSchema).openapi('FolderPage'), 'One row a folder.'), ...refusals },
})

export function listAssets(app: ApiApp, media: MediaService): void {
  app.openapi(route, async (c) => {
    const { limit, cursor, search, folder, key, type, sync_state } = c.req.valid('query')
    const query = {
      limit,
      ...(cursor && { cursor }),
      ...(search && { search }),
      ...(key && { key }),
      ...(type && { type }),
      ...(sync_state && { sync_state }),
      ...(folder && { folder: folder.replace(/^\/|\/$/g, '') }),
    }
    return c.json(await media.listAssets(query), 200)
  })
  app.openapi(foldersRoute, async (c) => c.json({ items: await media.listFolders(), next_cursor: null }, 200))
}
