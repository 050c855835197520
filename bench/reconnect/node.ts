// A server that can be killed: manager and gateway on a database that outlives it. It notes each statement that it sends.
import pg from 'pg'
import { answerParent } from '../support/child.ts'
import { type BenchNode, startNode } from '../support/server.ts'
import type { NodeRequest, Statement } from './protocol.ts'

const statements: Statement[] = []
let node: BenchNode | null = null
noteStatements()

answerParent<NodeRequest>(
  async (request) => {
    switch (request.ask) {
      case 'start': {
        const limits = { maxSessionsPerAddress: 10_000, maxSessionsPerSubject: 10_000 }
        node = await startNode({ ...request, limits })
        return node.url
      }
      case 'statements':
        return statements.filter(({ at }) => at >= request.from && at <= request.to)
    }
  },
  async () => await node?.stop(),
)

function noteStatements(): void {
  const send = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => unknown
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const text = typeof args[0] === 'string' ? args[0] : String((args[0] as { text?: string }).text ?? '')
    const words = text.trim().replace(/\s+/g, ' ')
    // What only frames a transaction or listens reads and writes nothing.
    if (!/^(BEGIN|COMMIT|ROLLBACK|SET|LISTEN)/i.test(words))
      statements.push({
        at: performance.timeOrigin + performance.now(),
        isWrite: /^(INSERT|UPDATE|DELETE)|^WITH .*(INSERT|UPDATE|DELETE)/i.test(words),
        text: words.slice(0, 120),
      })
    return send.apply(this, args)
  } as typeof pg.Client.prototype.query
}
