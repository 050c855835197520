import type { DownFrame, Hello, UpFrame } from '@syncwatch/core'
import type { Transport, TransportClose, TransportListener, TransportName } from '../../src/transport/transport.ts'

/** A transport whose server is the test: it sees each attempt and answers by hand. */
export class FakeTransport implements Transport {
  readonly name: TransportName
  readonly attempts: FakeSession[] = []
  readonly canSend: boolean

  constructor(name: TransportName = 'websocket', canSend = true) {
    this.name = name
    this.canSend = canSend
  }

  open(hello: Hello, listener: TransportListener): FakeSession {
    const session = new FakeSession(hello, listener, this.canSend)
    this.attempts.push(session)
    return session
  }

  get last(): FakeSession {
    const session = this.attempts.at(-1)
    if (!session) throw new Error('nobody has connected')
    return session
  }
}

type WelcomePatch = { epoch?: string; resumed?: boolean; serverTime?: string; protocol?: number }

export class FakeSession {
  readonly hello: Hello
  readonly sent: UpFrame[] = []
  readonly #listener: TransportListener
  readonly #canSend: boolean
  isClosed = false

  constructor(hello: Hello, listener: TransportListener, canSend: boolean) {
    this.hello = hello
    this.#listener = listener
    this.#canSend = canSend
  }

  send(frame: UpFrame): boolean {
    if (!this.#canSend && frame.type !== 'ping') return false
    this.sent.push(frame)
    return true
  }

  close(): void {
    this.isClosed = true
  }

  /** A session that has nothing more to begin with. */
  welcome(patch: WelcomePatch = {}): void {
    this.begin(patch)
    this.say({ type: 'ready' })
  }

  /** Welcome, but what the session begins with is still to come. */
  begin(patch: WelcomePatch = {}): void {
    this.#listener.opened()
    this.say({
      type: 'welcome',
      protocol: 1,
      sessionId: 's',
      epoch: 'e1',
      serverTime: new Date(Date.UTC(2030, 0, 1)).toISOString(),
      role: 'viewer',
      resumed: false,
      ...patch,
    })
  }

  say(...frames: DownFrame[]): void {
    for (const frame of frames) this.#listener.frame(frame)
  }

  garbage(): void {
    this.#listener.garbage()
  }

  fail(reason: Partial<TransportClose> = {}): void {
    this.#listener.closed({ code: 'server_unreachable', message: 'gone', ...reason })
  }
}
