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
  movingTo: null,
  lost: false,
}

/** Another store that has `text` under `b.txt`, or under another key; or it is not there. */
function beside(
  text: string | null,
  { key = 'b.txt', version = 'v1', holders = [HOLDER] } = {},
): { performing: Performing; closed: () => number } {
  let closed = 0
  const object: StoreObject = {
    key,
    remoteId: null,
    version,
    size: text?.length ?? 0,
    modifiedAt: null,
    metadataVersion: null,
  }
  const store = {
    head: async (name: string) => (name === key ? object : null),
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

test.each([
  ['under the name that it is being given', { key: 'c.txt' }],
  ['under its own name still', { key: 'b.txt' }],
])('content that is being renamed where it is, is found %s, whatever its version is by now', async (_, where) => {
  const holders = [{ ...HOLDER, movingTo: 'c.txt' }]
  const { performing } = beside(TEXT, { ...where, version: where.key === 'b.txt' ? 'v1' : 'v2', holders })
  expect(await read(performing)).toBe(TEXT)
  const here = [{ ...HOLDER, movingTo: where.key, key: where.key }]
  expect(await read(beside(TEXT, { ...where, version: 'v2', holders: here }).performing)).toBe(TEXT)
})

test('what is being renamed is not read where something else stands by now, nor where it stays and has changed', async () => {
  const moving = [{ ...HOLDER, movingTo: 'c.txt' }]
  const longer = beside('something else', { key: 'c.txt', version: 'v2', holders: moving })
  await expect(contentElsewhere(WANTED, longer.performing)).rejects.toMatchObject({ code: 'not_found' })
  const other = beside('what it IS', { key: 'c.txt', version: 'v2', holders: moving })
  await expect(contentElsewhere({ ...WANTED, size: 10 }, other.performing)).rejects.toMatchObject({ code: 'not_found' })
  expect(other.closed(), 'it was read').toBe(1)
  const stayed = beside(TEXT, { version: 'v2' })
  await expect(contentElsewhere(WANTED, stayed.performing)).rejects.toMatchObject({ code: 'not_found' })
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
