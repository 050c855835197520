import pg from 'pg'

/** What the name of every database of one run starts with. */
export function databasePrefix(testRunId: string): string {
  return `syncwatch_test_${testRunId}_`
}

/** Drops what tests of this run left behind, its migrated template included. */
export async function dropDatabasesOfRun(url: string, testRunId: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    const { rows } = await admin.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [databasePrefix(testRunId)],
    )
    for (const { datname } of rows) {
      await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(datname)} WITH (FORCE)`)
    }
  } finally {
    await admin.end()
  }
}
