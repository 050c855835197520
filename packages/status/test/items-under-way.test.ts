import type { OperationId } from '@syncwatch/core'
import { expect, test } from 'vitest'
import type { StatusDatabase } from '../src/database/status-database.ts'
import { ItemWriter } from '../src/write/item-writer.ts'

const id = '01890000-0000-7000-8000-000000000001' as OperationId

test('items that are being written are not committed yet, so an end waits for them', async () => {
  let commit = (_rows: unknown[]) => {}
  const database = {
    schema: 'public',
    query: () =>
      new Promise<unknown[]>((resolve) => {
        commit = resolve
      }),
  } as unknown as StatusDatabase
  const writer = new ItemWriter(database, () => {})
  writer.accept(id, [{ item_key: 'a.jpg', action: 'import', state: 'done' }], null)
  const written = writer.write()
  expect(writer.hasPending).toBe(false)
  expect(writer.has(id)).toBe(true)
  commit([{ held: [[id, 1]] }])
  await written
  expect(writer.has(id)).toBe(false)
})
