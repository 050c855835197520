import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from '@syncwatch/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { query, SYNCWATCH_SQLSTATES } from '../src/index.ts'

const FOLDER = new URL('../../../examples/plain-sql/', import.meta.url)
const FILES = ['drive-an-operation.sql', 'follow-along.sql'] as const
// A program of the machine, which need not be there.
const PSQL = 'psql'
const hasPsql = spawnSync(PSQL, ['--version']).status === 0

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase({ migrate: 'status' })
})
afterEach(() => database.drop())

async function expectEnded(): Promise<void> {
  const operations = await query(
    database.pool,
    'SELECT operation_key, status, progress, processed_items, failed_items, phase, message FROM sync_operations',
  )
  expect(operations).toEqual([
    {
      operation_key: 'import-2026-01-31',
      status: 'completed',
      progress: 100,
      processed_items: 10,
      failed_items: 1,
      phase: 'finishing',
      message: '9 copied, 1 failed',
    },
  ])
}

describe('examples/plain-sql', () => {
  it('works statement by statement from any driver', async () => {
    const seen: unknown[] = []
    for (const file of FILES) {
      const text = readFileSync(new URL(file, FOLDER), 'utf8').replaceAll(/^--.*$/gm, '')
      for (const statement of text.split(';').filter((part) => part.trim() !== '')) {
        await query(database.pool, statement)
        const [row] = await query(database.pool, 'SELECT status, progress FROM sync_operations')
        seen.push(`${row?.status} ${row?.progress}`)
      }
    }
    expect(seen.slice(0, 5)).toEqual([
      'pending 0',
      'in_progress 40',
      'in_progress 75',
      'in_progress 99',
      'completed 100',
    ])
    await expectEnded()
  })

  it.skipIf(!hasPsql)(`works from psql${hasPsql ? '' : ' (skipped: psql is not installed here)'}`, async () => {
    for (const file of FILES)
      execFileSync(PSQL, ['-v', 'ON_ERROR_STOP=1', '-f', fileURLToPath(new URL(file, FOLDER)), database.url], {
        stdio: 'pipe',
      })
    await expectEnded()
  })

  it('names each SQLSTATE that a caller may meet', () => {
    const readme = readFileSync(new URL('README.md', FOLDER), 'utf8')
    for (const [state, code] of Object.entries(SYNCWATCH_SQLSTATES).slice(0, 7))
      expect(readme).toMatch(new RegExp(`\`${state}\` +\\| \`${code}\` +\\|`))
  })
})
