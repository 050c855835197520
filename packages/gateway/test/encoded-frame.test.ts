import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Goodbye } from '@syncwatch/core'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { EncodedFrame } from '../src/channel/encoded-frame.ts'

const EMPTY: Goodbye = { type: 'goodbye', code: 'x' as Goodbye['code'], retryAfterMs: 0 }
const EMPTY_LENGTH = JSON.stringify(EMPTY).length - 1

/** A frame whose text has exactly so many bytes, one of its characters taking two of them. */
function frameOf(bytes: number): EncodedFrame {
  const code = `é${'x'.repeat(bytes - EMPTY_LENGTH - 2)}` as Goodbye['code']
  return new EncodedFrame({ ...EMPTY, code })
}

/** The first message of a server that writes a frame's bytes below the library, as the gateway does. */
async function received(frame: EncodedFrame): Promise<{ text: string; isBinary: boolean }> {
  const http = createServer()
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  http.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, () => void socket.write(frame.message))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
  onTestFinished(() => {
    client.terminate()
    http.close()
  })
  const [data, isBinary] = (await once(client, 'message')) as [Buffer, boolean]
  return { text: data.toString(), isBinary }
}

it.each([80, 125, 126, 65_535, 65_536, 200_000])(
  'GW-F4: a message of %i bytes is one that a client reads',
  async (bytes) => {
    const frame = frameOf(bytes)
    expect(Buffer.byteLength(frame.text)).toBe(bytes)
    const { text, isBinary } = await received(frame)
    expect({ isSame: text === frame.text, isBinary }).toEqual({ isSame: true, isBinary: false })
  },
)

it('GW-F4: the bytes are made once', () => {
  const frame = frameOf(500)
  expect(frame.message).toBe(frame.message)
  expect(frame.event).toBe(frame.event)
})
