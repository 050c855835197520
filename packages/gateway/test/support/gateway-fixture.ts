import { type Hello, OPERATION_FIELDS, PROTOCOL_VERSION, type UpFrame } from '@syncwatch/core'
import type { ConnectionReport } from '@syncwatch/status-manager'
import { FakeClock, SeededRandom } from '@syncwatch/testkit'
import { openAccess } from '../../src/access/principal.ts'
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway.ts'
import type { Session } from '../../src/session/session.ts'
import { FakeHub } from './fake-hub.ts'
import { FakeTransport } from './fake-transport.ts'
import { ModelDatabase } from './model-database.ts'

/** A gateway on a model database, a fake clock and hand-flushed wires. */
export class GatewayFixture {
  readonly clock = new FakeClock()
  readonly database: ModelDatabase
  readonly hub: FakeHub
  readonly gateway: Gateway
  readonly reports: ConnectionReport[] = []
  readonly burned = new Set<string>()

  /** With `isBehind` the node knows what it has published last, and whoever must not be told less waits for that. */
  constructor(options: Partial<GatewayOptions> = {}, database = new ModelDatabase(), { isBehind = false } = {}) {
    this.database = database
    this.hub = new FakeHub(database, isBehind ? this.clock : null)
    this.gateway = createGateway({
      status: {
        hub: this.hub,
        reportConnection: (report) => void this.reports.push(report),
        burnNonce: async (nonce) => this.burned.size < this.burned.add(nonce).size,
      },
      clock: this.clock,
      random: new SeededRandom(7),
      tickets: null,
      authenticate: openAccess(),
      allowedOrigins: [],
      allowedHosts: null,
      ...options,
    })
    this.gateway.start()
  }

  /** A connection that has said nothing yet. */
  connect(transport = new FakeTransport(), address = '127.0.0.1'): Client {
    const facts = { address, headers: { 'user-agent': 'test' }, transport: transport.name }
    const session = this.gateway.openSession(transport, facts)
    transport.session = session
    return new Client(session, transport, this.clock)
  }

  /** A connection after its hello was answered. */
  async join(hello: Partial<Hello> = {}, transport?: FakeTransport): Promise<Client> {
    const client = this.connect(transport)
    await client.hello(hello)
    return client
  }

  /** A new operation, pending unless told otherwise. */
  addOperation(id: string, columns: Record<string, unknown> = {}): void {
    this.database.write('operations', { ...blankOperation(), id, ...columns })
  }

  addOperations(count: number, columns: Record<string, unknown> = {}): string[] {
    const ids = Array.from({ length: count }, (_, index) => operationId(index))
    for (const id of ids) this.addOperation(id, columns)
    return ids
  }

  progress(id: string, percent: number): void {
    this.database.write('operations', { id, progress: percent })
  }

  end(id: string, status = 'completed'): void {
    const end_time = new Date(this.clock.now() + this.database.xid).toISOString()
    this.database.write('operations', { id, status, progress: status === 'completed' ? 100 : 50, end_time })
  }

  publish(): void {
    this.hub.publish()
  }
}

export class Client {
  readonly session: Session
  readonly transport: FakeTransport
  readonly #clock: FakeClock

  constructor(session: Session, transport: FakeTransport, clock: FakeClock) {
    this.session = session
    this.transport = transport
    this.#clock = clock
  }

  send(frame: UpFrame): void {
    this.session.receive(JSON.stringify(frame))
  }

  async hello(hello: Partial<Hello> = {}): Promise<void> {
    this.send({ type: 'hello', protocol: PROTOCOL_VERSION, clientId: 'client-1', ...hello })
    await this.#clock.advance(0)
  }
}

export function operationId(index: number): string {
  return `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`
}

export function blankOperation(): Record<string, unknown> {
  return {
    ...Object.fromEntries(OPERATION_FIELDS.map((field) => [field, null])),
    operation_type: 'upload',
    status: 'pending',
    source: 'api',
    processed_items: 0,
    failed_items: 0,
    processed_bytes: 0,
    operation_data: {},
    performance_metrics: {},
    attempt: 1,
  }
}
