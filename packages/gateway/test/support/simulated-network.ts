import type { Transport, TransportListener, TransportSession } from '@syncwatch/client'
import type { Clock, DownFrame, Hello, TimerHandle, UpFrame } from '@syncwatch/core'
import type { SeededRandom } from '@syncwatch/testkit'
import type { EncodedFrame } from '../../src/channel/encoded-frame.ts'
import type { Gateway } from '../../src/gateway.ts'
import type { Session } from '../../src/session/session.ts'
import type { SessionTransport } from '../../src/session/session-transport.ts'

/**
 * A network between real clients and real gateways on one fake clock. Within a connection everything arrives in order,
 * late; connections overtake each other, break with what is on its way, and may look alive to one side for a while.
 */
export class SimulatedNetwork {
  readonly clock: Clock
  readonly random: SeededRandom
  /** The nodes behind the balancer; none while all are down. */
  nodes: Gateway[] = []
  /** Longest delay of one way, milliseconds. */
  maxDelay = 80
  readonly links = new Set<Link>()

  constructor(clock: Clock, random: SeededRandom) {
    this.clock = clock
    this.random = random
  }

  /** What a client connects by. */
  transport(name: 'websocket' | 'sse' = 'websocket'): Transport {
    return { name, open: (hello, listener) => new Link(this, hello, listener) }
  }

  /** Breaks a connection; each side notices in its own time. */
  breakSome(): void {
    const links = [...this.links]
    if (links.length > 0) links[this.random.integer(0, links.length - 1)]?.break()
  }

  /** Every connection to a node that is killed. */
  breakAllOf(gateway: Gateway): void {
    for (const link of [...this.links]) if (link.gateway === gateway) link.break()
  }

  delay(): number {
    return this.random.integer(1, this.maxDelay)
  }
}

class Link implements TransportSession, SessionTransport {
  readonly name = 'websocket'
  gateway: Gateway | null = null
  bufferedBytes = 0
  readonly #network: SimulatedNetwork
  readonly #listener: TransportListener
  readonly #timers = new Set<TimerHandle>()
  #session: Session | null = null
  #upAt = 0
  #downAt = 0
  #clientIsOver = false
  #serverIsOver = false
  #isBroken = false

  constructor(network: SimulatedNetwork, hello: Hello, listener: TransportListener) {
    this.#network = network
    this.#listener = listener
    network.links.add(this)
    this.#up(() => this.#arrive(hello))
  }

  // The client's side.

  send(frame: UpFrame | EncodedFrame): boolean {
    if ('text' in frame) this.#sendDown(frame)
    else this.#up(() => this.#session?.receive(JSON.stringify(frame)))
    return true
  }

  close(code?: number): void {
    if (code === undefined) this.#closeFromClient()
    else
      this.#down(
        () => this.#endClient('the server closed'),
        () => this.#endServer(),
      )
  }

  // The server's side.

  ping(): void {
    this.#down(() => this.#up(() => this.#session?.ponged()))
  }

  terminate(): void {
    this.#endServer()
  }

  /** What is on its way is lost, and so is all that is sent before the sides notice. */
  break(): void {
    this.#isBroken = true
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    this.#later(this.#network.delay() * 3, () => this.#endServer())
    this.#later(this.#network.delay() * 3, () => this.#endClient('the network broke'))
  }

  #arrive(hello: Hello): void {
    const { nodes, random } = this.#network
    const gateway = nodes[random.integer(0, Math.max(0, nodes.length - 1))]
    if (!gateway?.statistics.accepting) {
      this.#down(() => this.#endClient('nobody there'))
      return
    }
    this.gateway = gateway
    this.#session = gateway.openSession(this, { address: 'address', headers: {}, transport: 'websocket' })
    this.#down(() => this.#listener.opened())
    this.#session.receive(JSON.stringify(hello))
  }

  #sendDown(frame: EncodedFrame): void {
    this.bufferedBytes += frame.text.length
    this.#down(() => {
      this.bufferedBytes -= frame.text.length
      if (!this.#clientIsOver) this.#listener.frame(JSON.parse(frame.text) as DownFrame)
      this.#session?.drained()
    })
  }

  #closeFromClient(): void {
    this.#clientIsOver = true
    this.#up(() => this.#endServer())
  }

  #endClient(message: string): void {
    if (this.#clientIsOver) return
    this.#clientIsOver = true
    this.#listener.closed({ code: 'server_unreachable', message })
    this.#forget()
  }

  #endServer(): void {
    if (this.#serverIsOver) return
    this.#serverIsOver = true
    this.#session?.transportClosed()
    this.#forget()
  }

  #forget(): void {
    if (this.#clientIsOver && (this.#serverIsOver || !this.#session)) this.#network.links.delete(this)
  }

  #up(arrived: () => void): void {
    this.#upAt = this.#inOrder(this.#upAt, arrived)
  }

  #down(arrived: () => void, then: () => void = () => {}): void {
    this.#downAt = this.#inOrder(this.#downAt, () => {
      arrived()
      then()
    })
  }

  /** Nothing overtakes anything of its own direction. Gives the time of arrival. */
  #inOrder(earliest: number, arrived: () => void): number {
    if (this.#isBroken) return earliest
    const now = this.#network.clock.monotonic()
    const at = Math.max(earliest, now + this.#network.delay())
    this.#later(at - now, arrived)
    return at
  }

  #later(milliseconds: number, run: () => void): void {
    const timer = this.#network.clock.setTimeout(() => {
      this.#timers.delete(timer)
      run()
    }, milliseconds)
    this.#timers.add(timer)
  }
}
