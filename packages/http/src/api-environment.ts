import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Principal } from '@syncwatch/core'

/** What the middleware leaves for the routes. */
export interface ApiEnvironment {
  Variables: {
    principal: Principal
    /** The body as text, after its size and form were checked; '' where there was none. */
    bodyText: string
  }
}

/** The application that routes are registered on. */
export type ApiApp = OpenAPIHono<ApiEnvironment>
