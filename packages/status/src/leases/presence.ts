import { Loop } from '../loop/loop.ts'
import type { StatusTiming } from '../manager-options.ts'
import { beatNode, type NodesSeen } from '../queries/beat-node.ts'
import { closeNodes } from '../queries/close-node.ts'
import type { StatusContext } from '../status-context.ts'

/** This node among the others: gives a sign of life, and closes what dead nodes left open. */
export class Presence {
  readonly #context: StatusContext
  readonly #timing: StatusTiming
  readonly #watchers: () => number
  readonly #loop: Loop
  #othersWatching = 0
  #wasHere = false

  constructor(context: StatusContext, timing: StatusTiming, watchers: () => number) {
    this.#context = context
    this.#timing = timing
    this.#watchers = watchers
    this.#loop = new Loop(
      context.clock,
      timing.heartbeatMs,
      () => this.#beat(),
      (error) => context.logger.warn({ err: error }, 'The sign of life of this node failed.'),
    )
  }

  /** How many views were open on other nodes at the last heartbeat: progress of this node matters to them too. */
  get othersWatching(): number {
    return this.#othersWatching
  }

  /** Whether the others would notice if this node died. */
  get isSeen(): boolean {
    return this.#wasHere
  }

  /** Gives signs of life from now on. */
  begin(): void {
    this.#loop.start('soon')
  }

  /**
   * The same, and resolves when the others know of this node: what it drives from then on is found when it dies, however soon that is.
   */
  async start(): Promise<void> {
    await this.#beat()
    this.#loop.start()
  }

  /** Tells the others of a change before the next heartbeat. */
  announce(): void {
    if (this.#wasHere) void this.#loop.now()
  }

  /** Leaves in order: nobody has to find out. */
  async stop(): Promise<void> {
    await this.#loop.stop()
    if (!this.#wasHere) return
    const { database, nodeId } = this.#context
    await database.query(closeNodes(database.schema), [[nodeId]]).catch(() => [])
  }

  async #beat(): Promise<void> {
    const { database, nodeId } = this.#context
    const metadata = JSON.stringify({ watchers: this.#watchers() })
    const [seen] = await database.query<NodesSeen & Record<string, unknown>>(beatNode(database.schema), [
      nodeId,
      metadata,
      this.#timing.leaseMs,
    ])
    this.#wasHere = true
    this.#othersWatching = seen?.watchers ?? 0
    if (seen?.dead?.length) await database.query(closeNodes(database.schema), [seen.dead])
  }
}
