import { lookup } from 'node:dns/promises'
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Clock, TimerHandle } from '@syncwatch/core'
import type { AddressPolicy } from './address-policy.ts'
import { type CheckedTarget, checkTarget, type Resolve, type ResolvedAddress } from './checked-target.ts'
import type { WebhookAnswer, WebhookRequest, WebhookSender } from './webhook-sender.ts'

export interface HttpSenderOptions {
  readonly policy: AddressPolicy
  readonly clock: Clock
  readonly resolve?: Resolve
}

/** What is read of an answer's body, so that an honest receiver sees its answer taken. */
const BODY_LIMIT = 16 * 1024
const BODY_MS = 1_000

/** Sends over HTTP, straight to the addresses that were checked: no proxy, no redirect, no connection kept. */
export class HttpSender implements WebhookSender {
  readonly #policy: AddressPolicy
  readonly #clock: Clock
  readonly #resolve: Resolve

  constructor({ policy, clock, resolve = resolveByDns }: HttpSenderOptions) {
    this.#policy = policy
    this.#clock = clock
    this.#resolve = resolve
  }

  async send(request: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer> {
    const target = await orAborted(checkTarget(request.url, this.#policy, this.#resolve), signal)
    const response = await open(target, request, signal)
    await this.#drain(response)
    const retryAfter = response.headers['retry-after']
    return { status: response.statusCode ?? 0, retryAfter: retryAfter ?? null }
  }

  /** The status is the answer: whoever sends much or slowly after it is not waited for. */
  #drain(response: IncomingMessage): Promise<void> {
    return new Promise((done) => {
      let timer: TimerHandle | null = null
      let bytes = 0
      const end = () => {
        timer?.cancel()
        response.destroy()
        done()
      }
      timer = this.#clock.setTimeout(end, BODY_MS)
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > BODY_LIMIT) end()
      })
      response.once('end', end).once('close', end).once('error', end)
    })
  }
}

function open(target: CheckedTarget, request: WebhookRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, addresses } = target
  const isTls = url.protocol === 'https:'
  // Agents of our own, for the global ones may have been told to use a proxy.
  const agent = isTls ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false })
  const body = Buffer.from(request.body)
  return new Promise((resolve, reject) => {
    const sent = (isTls ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent,
      signal,
      lookup: lookupOf(addresses),
      headers: { ...request.headers, 'content-length': String(body.length) },
    })
    sent.once('response', resolve)
    sent.once('upgrade', (_response, socket) => {
      socket.destroy()
      reject(new Error('It answered with a change of protocol.'))
    })
    // It stays: a connection may break after the answer too.
    sent.on('error', (error) => reject(signal.aborted ? signal.reason : error))
    sent.end(body)
  })
}

/** Whoever asks for the name while connecting is told what was checked, and the name is not asked for again. */
function lookupOf(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses
    if (options.all === true) callback(null, [...addresses])
    else callback(null, first?.address ?? '', first?.family ?? 4)
  }
}

/** The system's own way to look a name up. */
export const resolveByDns: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })) as ResolvedAddress[]

function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
