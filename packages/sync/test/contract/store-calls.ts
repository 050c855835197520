import { createHash } from 'node:crypto'
import { isSyncwatchError } from '@syncwatch/core'
import { expect } from 'vitest'
import type { ContentSource, Store, StoreObject } from '../../src/ports/store.ts'

export async function listAll(
  store: Store,
  signal?: AbortSignal,
): Promise<{ objects: StoreObject[]; complete: boolean }> {
  const objects: StoreObject[] = []
  let complete = false
  for await (const page of store.list(signal === undefined ? {} : { signal })) {
    expect(complete).toBe(false)
    objects.push(...page.objects)
    complete = page.complete
  }
  return { objects, complete }
}

export async function listedKeys(store: Store): Promise<string[]> {
  return (await listAll(store)).objects.map(({ key }) => key).sort()
}

export async function expectCode(call: Promise<unknown>, code: string): Promise<void> {
  await expect(call).rejects.toMatchObject({ code })
}

export function isRefusedKey(error: unknown): boolean {
  return isSyncwatchError(error, 'item_outside_root') || isSyncwatchError(error, 'item_name_invalid')
}

/** Content as the engine hands it over, in two pieces. */
export function contentOf(text: string): ContentSource {
  const bytes = Buffer.from(text)
  const half = bytes.length >> 1
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    size: bytes.length,
    localPath: null,
    open: async () => pieces([bytes.subarray(0, half), bytes.subarray(half)]),
  }
}

async function* pieces(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

export async function textOf(store: Store, key: string): Promise<string> {
  const open = await store.read(key)
  const parts: Uint8Array[] = []
  try {
    for await (const part of open.stream) parts.push(part)
  } finally {
    await open.close()
  }
  return Buffer.concat(parts).toString()
}

/** The version under a key, which must be there. */
export async function versionOf(store: Store, key: string): Promise<string> {
  const object = await store.head(key)
  if (object === null) throw new Error(`"${key}" is not there.`)
  return object.version
}
