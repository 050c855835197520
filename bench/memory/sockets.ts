// A process with many idle clients, so that their memory is not the server's.
import { BareSocket } from '../support/bare-socket.ts'
import { answerParent } from '../support/child.ts'

export interface SocketsRequest {
  url: string
  count: number
  /** Follows operations, health and stores, as the panel does; else it says nothing. */
  greets: boolean
}

const sockets: BareSocket[] = []
const WAVE = 100

answerParent<SocketsRequest>(
  async ({ url, count, greets }) => {
    for (let done = 0; done < count; done += WAVE)
      await Promise.all(Array.from({ length: Math.min(WAVE, count - done) }, () => connect(url, greets)))
    return sockets.length
  },
  async () => {
    for (const socket of sockets) socket.close()
  },
)

async function connect(url: string, greets: boolean): Promise<void> {
  let ready = () => {}
  const begun = new Promise<void>((resolve) => {
    ready = resolve
  })
  let messages = 0
  const onMessage = () => {
    messages += 1
    // welcome, and a snapshot of each topic
    if (messages === 4) ready()
  }
  const socket = new BareSocket(url, '/realtime', { onMessage }, () => false)
  sockets.push(socket)
  await socket.opened
  if (!greets) return
  socket.send(JSON.stringify({ type: 'hello', protocol: 1, clientId: `idle-${process.pid}-${sockets.length}` }))
  await begun
}
