import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { waitFor } from '@syncwatch/testkit'
import { expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { operation, progressDelta, snapshot } from './support/rows.ts'

it('CL-36 runs in a worker, with nothing of a page around it', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  server.on('connection', (ws) =>
    ws.on('message', (data) => {
      if (JSON.parse(String(data)).type !== 'hello') return
      const session = { sessionId: 's', epoch: 'e', serverTime: new Date().toISOString(), role: 'viewer' }
      ws.send(JSON.stringify({ type: 'welcome', protocol: 1, resumed: false, ...session }))
      ws.send(JSON.stringify(snapshot([operation('a')])))
      ws.send(JSON.stringify({ type: 'ready' }))
      ws.send(JSON.stringify(progressDelta([operation('a', { rev: 2, progress: 55 })])))
    }),
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const worker = new Worker(new URL('./support/worker.ts', import.meta.url), {
    workerData: { url },
    execArgv: ['--conditions=@syncwatch/source'],
  })
  let told: Record<string, unknown> = {}
  worker.on('message', (message) => {
    told = message
  })
  await waitFor(() => told.progress === 55, { what: 'the delta in the worker' })
  expect(told).toMatchObject({ status: 'connected', hasDocument: false })
  const exited = once(worker, 'exit')
  worker.postMessage('stop')
  expect(await exited, 'a stopped client keeps no thread alive').toEqual([0])
  await new Promise<void>((resolve) => server.close(() => resolve()))
})
