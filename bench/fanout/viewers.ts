// A process with many viewers. One of 100 reads all that it is sent, the others count bytes and messages.
import { BareSocket } from '../support/bare-socket.ts'
import { answerParent } from '../support/child.ts'
import { READERS_OF, type ViewersCount, type ViewersRequest } from './protocol.ts'
import { statesOf } from './states.ts'

interface Viewer {
  readonly socket: BareSocket
  messages: number
  bytes: number
}

const viewers: Viewer[] = []
let intervalMs = 0
let since = 0
let readBytes = 0
let readStates = 0
let staleness: number[] = []

answerParent<ViewersRequest>(
  async (request) => {
    switch (request.ask) {
      case 'connect':
        for (let done = 0; done < request.count; done += WAVE)
          await Promise.all(
            Array.from({ length: Math.min(WAVE, request.count - done) }, () => connect(request.url, request.dialect)),
          )
        return viewers.length
      case 'reset':
        reset(request.intervalMs)
        return null
      case 'read':
        return count()
    }
  },
  async () => {
    for (const { socket } of viewers) socket.close()
  },
)

const WAVE = 100

async function connect(url: string, dialect: 'syncwatch' | 'socket.io'): Promise<void> {
  const isReader = viewers.length % READERS_OF === 0
  const seen = new Map<string, number>()
  let ready = () => {}
  const begun = new Promise<void>((resolve) => {
    ready = resolve
  })
  const viewer: Viewer = {
    messages: 0,
    bytes: 0,
    socket: new BareSocket(
      url,
      dialect === 'syncwatch' ? '/realtime' : '/socket.io/?EIO=4&transport=websocket',
      {
        onMessage: (bytes) => {
          viewer.messages += 1
          viewer.bytes += bytes
          // welcome and snapshot, or open and connect
          if (viewer.messages === 2) ready()
          if (isReader) readBytes += bytes
        },
        onText: (text) => {
          if (dialect === 'socket.io' && text === '2') viewer.socket.send('3')
          else if (isReader) note(seen, statesOf(dialect, text))
        },
      },
      () => isReader,
    ),
  }
  viewers.push(viewer)
  await viewer.socket.opened
  if (dialect === 'socket.io') viewer.socket.send('40')
  else viewer.socket.send(JSON.stringify({ type: 'hello', protocol: 1, clientId: name(), topics: ['operations'] }))
  await begun
}

function name(): string {
  return `viewer-${process.pid}-${viewers.length}`
}

/** A view is as old as the oldest change that it does not show yet, and then shows. */
function note(seen: Map<string, number>, states: readonly { id: string; at: number }[]): void {
  const now = performance.timeOrigin + performance.now()
  for (const { id, at } of states) {
    if (at < since) continue
    const before = seen.get(id)
    seen.set(id, at)
    readStates += 1
    staleness.push(now - (before === undefined || before < since ? at : Math.min(at, before + intervalMs)))
  }
}

function reset(interval: number): void {
  intervalMs = interval
  since = performance.timeOrigin + performance.now()
  readBytes = 0
  readStates = 0
  staleness = []
  for (const viewer of viewers) {
    viewer.messages = 0
    viewer.bytes = 0
  }
}

function count(): ViewersCount {
  let [messages, bytes, empty] = [0, 0, 0]
  for (const viewer of viewers) {
    messages += viewer.messages
    bytes += viewer.bytes
    if (viewer.messages === 0) empty += 1
  }
  return { messages, bytes, readBytes, readStates, staleness: thinned(staleness), empty }
}

/** Enough for a percentile. */
function thinned(values: number[]): number[] {
  const step = Math.ceil(values.length / 50_000)
  return step <= 1 ? values : values.filter((_, index) => index % step === 0)
}
