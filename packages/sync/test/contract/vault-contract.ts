import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { Vault } from '../../src/ports/vault.ts'

/** A vault on a real, empty place. */
export interface VaultUnderTest {
  readonly vault: Vault
  /** How many contents are stored, and how many temporary files lie about. */
  count(): Promise<{ contents: number; temporary: number }>
  dispose(): Promise<void>
}

/** What every vault must do. */
export function vaultContract(name: string, make: () => Promise<VaultUnderTest>): void {
  describe(`vault contract: ${name}`, () => {
    let subject: VaultUnderTest | undefined
    const start = async () => {
      subject = await make()
      return subject
    }
    afterEach(async () => {
      await subject?.vault.close()
      await subject?.dispose()
      subject = undefined
    })

    test.each(['full', 'relaxed'] as const)('gives back what it took in (%s)', async (durability) => {
      const { vault } = await start()
      const entry = await vault.put(streamOf('hello ', 'world'), { durability })
      expect(entry).toEqual({ sha256: hashOf('hello world'), size: 11 })
      expect(await vault.has(entry.sha256)).toBe(true)
      expect(await text(await vault.read(entry.sha256))).toBe('hello world')
    })

    test('reads a range, end included', async () => {
      const { vault } = await start()
      const { sha256 } = await vault.put(streamOf('0123456789'))
      expect(await text(await vault.read(sha256, { start: 2, end: 4 }))).toBe('234')
    })

    test('keeps empty content', async () => {
      const { vault } = await start()
      const entry = await vault.put(streamOf())
      expect(entry).toEqual({ sha256: hashOf(''), size: 0 })
      expect(await text(await vault.read(entry.sha256))).toBe('')
    })

    test('the same content is kept once, also when it comes twice at a time', async () => {
      const { vault, count } = await start()
      await Promise.all(Array.from({ length: 8 }, () => vault.put(streamOf('same'))))
      expect(await count()).toEqual({ contents: 1, temporary: 0 })
    })

    test('a stream that breaks leaves nothing behind and keeps its own error', async () => {
      const { vault, count } = await start()
      const broken = new Error('the source broke')
      await expect(vault.put(breaking(broken))).rejects.toBe(broken)
      expect(await count()).toEqual({ contents: 0, temporary: 0 })
    })

    test('an aborted put leaves nothing behind', async () => {
      const { vault, count } = await start()
      const reason = new Error('enough')
      await expect(vault.put(streamOf('a'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
      expect(await count()).toEqual({ contents: 0, temporary: 0 })
    })

    test('what it does not have rejects not_found', async () => {
      const { vault } = await start()
      expect(await vault.has(hashOf('nothing'))).toBe(false)
      await expect(vault.read(hashOf('nothing'))).rejects.toMatchObject({ code: 'not_found' })
    })

    test.each(['../../etc/passwd', '', 'abc', `${'a'.repeat(63)}/`])('refuses the content name %j', async (sha256) => {
      const { vault } = await start()
      await expect(vault.read(sha256)).rejects.toMatchObject({ code: 'invalid_input' })
    })

    test('keeps derivatives beside content, and refuses names with a path in them', async () => {
      const { vault } = await start()
      const sha256 = hashOf('picture')
      expect(await vault.readDerivative(sha256, '320.webp')).toBeNull()
      await vault.putDerivative(sha256, '320.webp', Buffer.from('small'))
      await vault.putDerivative(sha256, '320.webp', Buffer.from('smaller'))
      expect(Buffer.from((await vault.readDerivative(sha256, '320.webp')) ?? []).toString()).toBe('smaller')
      await expect(vault.putDerivative(sha256, '../x', Buffer.from(''))).rejects.toMatchObject({
        code: 'invalid_input',
      })
    })

    test('tells how much room there is', async () => {
      const { vault } = await start()
      expect(await vault.freeBytes()).toSatisfy((free) => free === null || (typeof free === 'number' && free > 0))
    })
  })
}

async function* streamOf(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

async function* breaking(error: Error): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half')
  throw error
}

async function text(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts).toString()
}

function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex')
}
