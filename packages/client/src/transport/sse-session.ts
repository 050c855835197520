import { type Hello, REALTIME_PATH, type TimerHandle, type UpFrame } from '@syncwatch/core'
import { createParser } from 'eventsource-parser'
import { ClientError } from '../http/client-error.ts'
import type { AbortControllerLike, ResponseLike, StreamReader } from '../http/fetch-like.ts'
import { errorFromResponse, isPage } from '../http/problem.ts'
import { parseDownFrame } from './parse-down-frame.ts'
import type { SseTransportOptions } from './sse-options.ts'
import { sseQuery } from './sse-query.ts'
import type { TransportClose, TransportListener, TransportSession } from './transport.ts'

/** The server sends at least a comment every 30 s; a stream that is silent for longer than two of them is dead. */
const SILENCE_MS = 65_000

/** Larger than any snapshot; beyond it the stream is not ours. */
const MAX_EVENT_CHARACTERS = 32 * 1024 * 1024

interface HostStreams {
  AbortController: new () => AbortControllerLike
  TextDecoder: new () => { decode(bytes?: Uint8Array, options?: { stream: boolean }): string }
}

/** One event stream. */
export class SseSession implements TransportSession {
  readonly #options: SseTransportOptions
  readonly #listener: TransportListener
  readonly #host = globalThis as unknown as HostStreams
  readonly #abort: AbortControllerLike
  #watchdog: TimerHandle | null = null
  #isOver = false

  constructor(options: SseTransportOptions, listener: TransportListener) {
    this.#options = options
    this.#listener = listener
    this.#abort = new this.#host.AbortController()
  }

  send(frame: UpFrame): boolean {
    if (frame.type === 'ping') void this.#measure(frame.t)
    // A pace is a wish: without it the stream is merely more than is needed.
    return frame.type === 'ping' || frame.type === 'pace'
  }

  close(): void {
    this.#isOver = true
    this.#watchdog?.cancel()
    this.#abort.abort()
  }

  async run(hello: Hello): Promise<void> {
    try {
      const { baseUrl, fetch } = this.#options
      const response = await fetch(`${baseUrl()}${REALTIME_PATH}/events?${sseQuery(hello)}`, {
        headers: { accept: 'text/event-stream' },
        cache: 'no-store',
        signal: this.#abort.signal,
      })
      const reader = await readerOf(response)
      if (this.#isOver) return
      this.#listener.opened()
      await this.#read(reader)
      this.#finish({ code: 'server_unreachable', message: 'The server ended the stream.' })
    } catch (error) {
      this.#finish(reasonOf(error))
    }
  }

  async #read(reader: StreamReader): Promise<void> {
    const decoder = new this.#host.TextDecoder()
    const parser = createParser({ onEvent: ({ data }) => this.#take(data), maxBufferSize: MAX_EVENT_CHARACTERS })
    while (!this.#isOver) {
      this.#watch()
      const { done, value } = await reader.read()
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
    }
  }

  #take(data: string): void {
    if (this.#isOver) return
    const frame = parseDownFrame(data)
    if (frame) this.#listener.frame(frame)
    else this.#listener.garbage()
  }

  #watch(): void {
    this.#watchdog?.cancel()
    this.#watchdog = this.#options.clock.setTimeout(() => {
      this.#finish({ code: 'timeout', message: 'The stream fell silent.' })
      this.#abort.abort()
    }, SILENCE_MS)
  }

  /** There is no way up for a ping, so the round trip of a small request stands for it: the head of any answer is a pong. */
  async #measure(t: number): Promise<void> {
    const request = new this.#host.AbortController()
    const stop = () => request.abort()
    this.#abort.signal.addEventListener('abort', stop, { once: true })
    try {
      const { baseUrl, fetch } = this.#options
      await fetch(`${baseUrl()}/healthz`, { cache: 'no-store', signal: request.signal })
      if (!this.#isOver) this.#listener.frame({ type: 'pong', t, serverTime: '' })
    } catch {
      // No answer is no pong: the machine draws its conclusion.
    } finally {
      this.#abort.signal.removeEventListener('abort', stop)
      stop()
    }
  }

  #finish(reason: TransportClose): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#watchdog?.cancel()
    this.#listener.closed(reason)
  }
}

async function readerOf(response: ResponseLike): Promise<StreamReader> {
  if (!response.ok || isPage(response)) throw await errorFromResponse(response)
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (!isStream || !response.body) {
    throw new ClientError('server_unreachable', 'The answer is not an event stream. Is this a Syncwatch server?')
  }
  return response.body.getReader()
}

function reasonOf(error: unknown): TransportClose {
  if (!(error instanceof ClientError)) return { code: 'server_unreachable', message: 'The server cannot be reached.' }
  const { retryAfterMs } = error.details
  return {
    code: error.code,
    message: error.message,
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
  }
}
