import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Which way bytes flow: what the client sends goes `up`, what the server sends goes `down`. */
export type Direction = 'up' | 'down'

/** Where the proxy forwards to. */
export interface ProxyTarget {
  readonly host?: string
  readonly port: number
}

/** One accepted connection and its way on. */
interface Link {
  readonly client: Socket
  readonly upstream: Socket
  /** How many more bytes may come down before it is cut. */
  allowance: number
}

/**
 * A TCP proxy on 127.0.0.1 that fails on command: it can delay, cut, go silent one way or both (the connection stays
 * open and nothing arrives, as when a cable is pulled) and refuse. `restore` ends all of it. A target that is a function is asked
 * for each connection, as a load balancer chooses.
 */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server
  readonly #target: () => ProxyTarget
  readonly #links = new Set<Link>()
  readonly #silent = new Set<Direction>()
  #delayMs = 0
  #refusing = false
  #port = 0

  private constructor(target: ProxyTarget | (() => ProxyTarget)) {
    this.#target = typeof target === 'function' ? target : () => target
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client))
  }

  /** Starts listening on a free port. */
  static async start(target: ProxyTarget | (() => ProxyTarget)): Promise<TcpProxy> {
    const proxy = new TcpProxy(target)
    await proxy.#listen()
    return proxy
  }

  /** Where clients connect; stays the same through `refuse` and `restore`. */
  get port(): number {
    return this.#port
  }

  /** How many connections are open through it. */
  get connections(): number {
    return this.#links.size
  }

  /** The same URL with the proxy's host and port. */
  rewrite(url: string): string {
    const through = new URL(url)
    through.hostname = '127.0.0.1'
    through.port = String(this.#port)
    return through.href
  }

  /** Holds every chunk back for so long, both ways, from now on. Order is kept. */
  delay(milliseconds: number): void {
    this.#delayMs = milliseconds
  }

  /** Resets every open connection; new ones are accepted. */
  cut(): void {
    for (const { client, upstream } of this.#links) {
      client.resetAndDestroy()
      upstream.resetAndDestroy()
    }
  }

  /** Ends every open connection after so many more bytes from the server: mostly within a frame. New ones are let be. */
  cutAfter(bytes: number): void {
    for (const link of this.#links) link.allowance = bytes
  }

  /** Bytes of this direction (or both) are swallowed, on open and new connections; nothing is closed. */
  silence(direction?: Direction): void {
    for (const each of direction ? [direction] : (['up', 'down'] as const)) this.#silent.add(each)
  }

  /** Cuts what is open and refuses new connections with ECONNREFUSED until `restore`. */
  async refuse(): Promise<void> {
    if (this.#refusing) return
    this.#refusing = true
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.cut()
    await closed
  }

  /** Works again. Connections that lost bytes to a silence are reset, since their streams have a hole. */
  async restore(): Promise<void> {
    this.#delayMs = 0
    if (this.#silent.size > 0) this.cut()
    this.#silent.clear()
    if (!this.#refusing) return
    await this.#listen()
    this.#refusing = false
  }

  /** Cuts everything and stops listening. */
  async close(): Promise<void> {
    await this.refuse()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as { port: number }).port
  }

  #accept(client: Socket): void {
    const { host = '127.0.0.1', port } = this.#target()
    const upstream = connect({ host, port, noDelay: true })
    const link = { client, upstream, allowance: Number.POSITIVE_INFINITY }
    this.#links.add(link)
    this.#forward(client, upstream, 'up', (chunk) => void upstream.write(chunk))
    this.#forward(upstream, client, 'down', (chunk) => this.#sendDown(link, chunk))
    const drop = () => {
      this.#links.delete(link)
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      socket.on('error', drop)
      socket.on('close', drop)
    }
  }

  /** The last bytes of an allowance arrive, and then the end. */
  #sendDown(link: Link, chunk: Buffer): void {
    if (chunk.length < link.allowance) {
      link.allowance -= chunk.length
      link.client.write(chunk)
      return
    }
    link.client.end(chunk.subarray(0, link.allowance), () => link.upstream.resetAndDestroy())
    link.allowance = 0
  }

  /** Sends on in order; a silent direction hides the end of the stream too. */
  #forward(from: Socket, to: Socket, direction: Direction, pass: (chunk: Buffer) => void): void {
    let sent: Promise<void> = Promise.resolve()
    const inOrder = (send: () => void) => {
      const held = this.#delayMs > 0 ? pause(this.#delayMs) : undefined
      sent = sent
        .then(() => held)
        .then(() => {
          if (!this.#silent.has(direction) && !to.destroyed) send()
        })
    }
    from.on('data', (chunk) => inOrder(() => pass(chunk)))
    from.on('end', () => inOrder(() => void to.end()))
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
