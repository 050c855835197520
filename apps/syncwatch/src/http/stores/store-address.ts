import { z } from '@hono/zod-openapi'

export const storeAddress = z.object({
  id: z.string().min(1).max(100).openapi({ description: 'The id of the store.' }),
})
