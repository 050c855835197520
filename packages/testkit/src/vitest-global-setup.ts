import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { dropDatabasesOfRun } from './database-sweep.ts'
import { startThrowawayPostgres } from './throwaway-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests of this run find a real Postgres: a superuser on its `postgres` database. */
    postgresUrl: string
    /** Marks the databases of this run, so that runs on one shared server do not meet. */
    testRunId: string
  }
}

/**
 * Gives every test of a run one real Postgres: the server of `TEST_POSTGRES_URL` when set, else a private one that is
 * deleted at the end, however the run ends.
 */
export default async function setUpPostgres(project: TestProject): Promise<() => Promise<void>> {
  const testRunId = randomBytes(4).toString('hex')
  project.provide('testRunId', testRunId)
  const shared = process.env.TEST_POSTGRES_URL
  if (shared) {
    project.provide('postgresUrl', shared)
    return async () => {
      if (!process.env.KEEP_TEST_DATABASES) await dropDatabasesOfRun(shared, testRunId)
    }
  }
  const server = await startThrowawayPostgres()
  project.provide('postgresUrl', server.url)
  return server.stop
}
