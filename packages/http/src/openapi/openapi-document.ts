import type { ApiApp } from '../api-environment.ts'

const DESCRIPTION = `Operations, connections and health, durable in Postgres and pushed live.

Every refusal is problem details (RFC 9457) with a \`code\`. Lists are paged by cursor. A POST with an
\`Idempotency-Key\` is safe to repeat. An answer to a change is sent after its commit.`

/** The description of everything that is registered on `app`. */
export function openApiDocument(app: ApiApp, version: string): object {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' })
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Syncwatch',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    servers: [{ url: '/' }],
    security: [{}, { bearer: [] }],
    tags: [
      { name: 'status', description: 'How the system is.' },
      { name: 'operations', description: 'What is being done, and what was.' },
      { name: 'realtime', description: 'Getting in to the live connection.' },
    ],
  })
}
