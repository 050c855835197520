import { setTimeout as wait } from 'node:timers/promises'
import { Child } from '../support/child.ts'
import { isQuick, printReport } from '../support/report.ts'
import { median, rounded } from '../support/statistics.ts'
import type { MemoryUse } from './measure.ts'
import type { SocketsRequest } from './sockets.ts'

const SESSIONS = 5000
const MOST_ABOVE_BARE = 15_000
const SETTLE_MS = 2500

const rounds = isQuick() ? 1 : 3
const ours: MemoryUse[] = []
const bare: MemoryUse[] = []
for (let round = 0; round < rounds; round += 1) {
  bare.push(await measure('bare'))
  ours.push(await measure('ours'))
}
report()

/** What one idle socket takes in a fresh server process. */
async function measure(side: 'ours' | 'bare'): Promise<MemoryUse> {
  const server = new Child(new URL(`./${side}.ts`, import.meta.url))
  const clients = new Child(new URL('./sockets.ts', import.meta.url))
  try {
    const url = await server.ask<string>('start')
    const request = { url, greets: side === 'ours' } satisfies Omit<SocketsRequest, 'count'>
    // What is made once, whatever the number of clients, is made before.
    await clients.ask({ ...request, count: 200 })
    await wait(SETTLE_MS)
    const before = await server.ask<MemoryUse>('measure')
    await clients.ask({ ...request, count: SESSIONS })
    // The list of who is there is written once a second.
    await wait(SETTLE_MS)
    const after = await server.ask<MemoryUse>('measure')
    const each = {
      held: (after.held - before.held) / SESSIONS,
      resident: (after.resident - before.resident) / SESSIONS,
    }
    console.log(`${side}: ${Math.round(each.held)} bytes held a socket, ${Math.round(each.resident)} resident`)
    return each
  } finally {
    await clients.stop()
    await server.stop()
  }
}

function report(): void {
  const of = (uses: readonly MemoryUse[]) => ({
    held_bytes: Math.round(median(uses.map(({ held }) => held))),
    resident_bytes: Math.round(median(uses.map(({ resident }) => resident))),
  })
  const [mine, theirs] = [of(ours), of(bare)]
  const held = mine.held_bytes - theirs.held_bytes
  const above = mine.resident_bytes - theirs.resident_bytes
  printReport(
    {
      bench: 'memory',
      // How much of the allowance is left: 2 means that half of it is used.
      ratio: rounded(MOST_ABOVE_BARE / above),
      ours: {
        ...mine,
        above_bare_bytes: above,
        held_above_bare_bytes: held,
      },
      peer: { name: 'ws, nothing else', ...theirs },
      setting: { sessions: SESSIONS, rounds, most_above_bare_bytes: MOST_ABOVE_BARE, topics_a_session: 3 },
    },
    above <= MOST_ABOVE_BARE
      ? []
      : [`A session takes ${above} bytes more than a bare socket; at most ${MOST_ABOVE_BARE}.`],
  )
}
