import { systemClock } from '@syncwatch/core'
import { createTestDatabase, type TestDatabase } from '@syncwatch/testkit'
import { onTestFinished } from 'vitest'
import { LibraryEditor } from '../../src/index.ts'
import type { LibraryContext } from '../../src/library/library-context.ts'
import type { MediaInspector } from '../../src/ports/media-inspector.ts'
import { MemoryVault } from './memory-vault.ts'

const inspector: MediaInspector = {
  sniffBytes: 4,
  sniff: async (head) => (Buffer.from(head).toString() === 'PNG!' ? 'image/png' : 'application/octet-stream'),
  canInspect: (type) => type === 'image/png',
  inspect: () => Promise.reject(new Error('not used')),
}

export interface LibraryUnderTest {
  readonly database: TestDatabase
  readonly vault: MemoryVault
  readonly context: LibraryContext
  readonly editor: LibraryEditor
  /** Ids that the stores were to be told of, in order. */
  readonly told: string[]
}

/** The library on a database of its own, with a vault in memory. */
export async function libraryUnderTest(): Promise<LibraryUnderTest> {
  const database = await createTestDatabase({ migrate: 'all' })
  onTestFinished(() => database.drop())
  const clock = systemClock()
  const vault = new MemoryVault(clock)
  const told: string[] = []
  const context: LibraryContext = {
    pool: database.pool,
    vault,
    inspector,
    clock,
    maxContentBytes: 1_000,
    onChanged: (ids) => told.push(...ids),
    onContent: () => {},
  }
  return { database, vault, context, editor: new LibraryEditor(context), told }
}
