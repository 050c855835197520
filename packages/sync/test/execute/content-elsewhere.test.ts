import { createHash } from 'node:crypto'
import { type StoreId, SyncwatchError } from '@syncwatch/core'
import { expect, test } from 'vitest'
import { contentElsewhere } from '../../src/execute/content-elsewhere.ts'
import type { Performing } from '../../src/execute/performing.ts'
import type { ContentHolder } from '../../src/ports/ledger.ts'
import type { Store, StoreObject } from '../../src/ports/store.ts'

const TEXT = 'what it was'
const WANTED = {
  key: 'a.txt',
  sha256: createHash('sha256').update(TEXT).digest('hex'),
  size: TEXT.length,
  modifiedAt: null,
}
const HOLDER: ContentHolder = {
  storeId: 'other' as StoreId,
  storeName: 'Other',
  key: 'b.txt',
  version: 'v1',
  lost: false,
}

/** Another store that has `text` under `b.txt`, or is not there. */
function beside(
  text: string | null,
  { version = 'v1', holders = [HOLDER] } = {},
): { performing: Performing; closed: () => number } {
  let closed = 0
  const object: StoreObject = {
    key: 'b.txt',
    remoteId: null,
    version,
    size: 0,
    modifiedAt: null,
    metadataVersion: null,
  }
  const store = {
    head: async () => object,
    read: async () => ({
      object,
      stream: (async function* () {
        yield Buffer.from(text ?? '')
      })(),
      close: async () => {
        closed += 1
      },
    }),
  } as unknown as Store
  const performing = {
    ledger: { elsewhere: async () => holders },
    otherStores: {
      open: async () => {
        if (text === null) throw new SyncwatchError('store_unavailable', 'It is not there.')
        return store
      },
    },
    signal: new AbortController().signal,
  } as unknown as Performing
  return { performing, closed: () => closed }
}

async function read(performing: Performing): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of await (await contentElsewhere(WANTED, performing)).open()) parts.push(part)
  return Buffer.concat(parts).toString()
}

test('content that another store has is read from there, as often as it is asked for', async () => {
  const { performing, closed } = beside(TEXT)
  expect(await read(performing)).toBe(TEXT)
  expect(closed()).toBe(1)
})

test('content that is another one than its hash says ends in an error, so that nothing is published of it', async () => {
  const { performing, closed } = beside('something else')
  await expect(read(performing)).rejects.toMatchObject({ code: 'item_changing' })
  expect(closed()).toBe(1)
})

test.each([
  ['a store that is away', beside(null), '"Other"'],
  ['a store in which it changed', beside(TEXT, { version: 'v2' }), '"Other"'],
  ['no store at all', beside(TEXT, { holders: [] }), 'No store has it'],
])('%s is said to be why there are no bytes', async (_, { performing }, said) => {
  await expect(contentElsewhere(WANTED, performing)).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining(said),
  })
})
