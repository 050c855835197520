import { FakeClock } from '@syncwatch/testkit'
import { expect, it } from 'vitest'
import type { FetchLike } from '../src/http/fetch-like.ts'
import { SseSession } from '../src/transport/sse-session.ts'
import type { TransportClose } from '../src/transport/transport.ts'

const hello = { type: 'hello', protocol: 1, clientId: 'c' } as const

/** A stream whose chunks the test hands out. */
function streamOf(chunks: Uint8Array[]): FetchLike {
  return async () => ({
    ok: true,
    status: 200,
    headers: { get: () => 'text/event-stream' },
    text: async () => '',
    body: {
      getReader: () => ({
        read: async () => {
          const value = chunks.shift()
          return value ? { done: false, value } : await new Promise<never>(() => {})
        },
        cancel: async () => {},
      }),
    },
  })
}

function open(chunks: Uint8Array[], clock = new FakeClock()) {
  const heard: unknown[] = []
  const ends: TransportClose[] = []
  const listener = {
    opened: () => void heard.push('opened'),
    frame: (frame: unknown) => void heard.push(frame),
    garbage: () => void heard.push('garbage'),
    closed: (reason: TransportClose) => void ends.push(reason),
  }
  const session = new SseSession({ baseUrl: () => 'http://x', fetch: streamOf(chunks), clock }, listener)
  void session.run(hello)
  return { session, heard, ends, clock }
}

it('CL-82 reads a stream that is cut after any byte', async () => {
  const frame = { type: 'error', code: 'internal', message: 'größer 🎞' }
  const bytes = Buffer.from(`: hi\r\n\r\ndata: ${JSON.stringify(frame)}\r\n\r\ndata: nonsense\n\n`)
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const { heard, clock, session } = open([bytes.subarray(0, cut), bytes.subarray(cut)])
    await clock.advance(0)
    expect(heard).toEqual(['opened', frame, 'garbage'])
    session.close()
    expect(clock.pendingTimers).toBe(0)
  }
})

it('CL-82 a stream that falls silent for 65 s is dead', async () => {
  const { ends, clock } = open([Buffer.from(': hi\n\n')])
  await clock.advance(64_999)
  expect(ends).toEqual([])
  await clock.advance(1)
  expect(ends).toMatchObject([{ code: 'timeout' }])
})
