import { get } from 'node:http'
import { systemClock } from '@syncwatch/core'
import { afterEach, expect, test, vi } from 'vitest'
import { cutOnFailure } from '../src/server/cut-on-failure.ts'
import { type HttpListener, listen } from '../src/server/http-listener.ts'

let listener: HttpListener | undefined
const told = vi.fn()
afterEach(async () => {
  await listener?.close(0)
  vi.restoreAllMocks()
  told.mockClear()
})

/** What a client holds when the answer has ended, and whether it was told that this is all. */
function received(port: number): Promise<{ text: string; whole: boolean }> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1' }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('error', () => undefined)
      response.on('close', () => resolve({ text, whole: response.complete }))
    }).on('error', reject)
  })
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode('01234')
  throw new Error('the disk went away')
}

test('an answer whose bytes fail on the way is cut: nothing stands in for what is missing, and the reason is logged', async () => {
  const printed = vi.spyOn(console, 'error').mockReturnValue()
  const answer = () => new Response(ReadableStream.from(failing()), { headers: { 'content-length': '16' } })
  listener = await listen({ host: '127.0.0.1', port: 0 }, answer, systemClock(), told)
  const { text, whole } = await received(listener.port)
  expect(whole).toBe(false)
  expect('01234'.startsWith(text)).toBe(true)
  expect(printed).not.toHaveBeenCalled()
  expect(told).toHaveBeenCalledWith(new Error('the disk went away'), expect.any(Request))
})

test('an answer whose bytes are all there comes whole', async () => {
  const answer = () => new Response(new Blob(['0123456789']).stream(), { headers: { 'content-length': '10' } })
  listener = await listen({ host: '127.0.0.1', port: 0 }, answer, systemClock(), told)
  expect(await received(listener.port)).toEqual({ text: '0123456789', whole: true })
})

test('a client that leaves in the middle of an answer is no failure, and nothing is logged', async () => {
  const asked = Promise.withResolvers<void>()
  const body = new ReadableStream<Uint8Array>({ pull: () => asked.resolve() }, { highWaterMark: 0 })
  const cut = cutOnFailure(new Response(body, { headers: { 'content-length': '16' } }), told)
  const reader = cut.body?.getReader()
  const reading = reader?.read()
  await asked.promise
  await Promise.all([reading, reader?.cancel()])
  await new Promise((resolve) => setImmediate(resolve))
  expect(told).not.toHaveBeenCalled()
})
