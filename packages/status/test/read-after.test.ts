import { isSyncwatchError } from '@syncwatch/core'
import { TcpProxy, waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import type { HintBus } from '../src/hub/hint-bus.ts'
import { afterTest, openBench } from './support.ts'

/** Nothing is heard, and nobody looks by himself. */
class SilentBus implements HintBus {
  pollMs = 600_000
  start(): void {}
  async stop(): Promise<void> {}
  announce(): void {}
  expectOwn(): () => void {
    return () => {}
  }
}

const now = () => performance.now()

async function behind() {
  const bench = await openBench()
  const target = new URL(bench.database.url)
  const proxy = await TcpProxy.start({ host: target.hostname, port: Number(target.port || 5432) })
  afterTest(() => proxy.close())
  const { hub } = bench.manager({ databaseUrl: proxy.rewrite(bench.database.url), hints: new SilentBus() })
  const view = await hub.open('operations')
  await waitFor(() => hub.state === 'live', { what: 'the first reading' })
  const add = async () => {
    const insert = `INSERT INTO sync_operations (operation_type) VALUES ('upload') RETURNING id`
    const { rows } = await bench.database.pool.query<{ id: string }>(insert)
    return rows[0]?.id
  }
  return { hub, view, add, proxy }
}

test('a node that has heard nothing knows all that was committed before the moment, once it has read for somebody', async () => {
  const { hub, view, add } = await behind()
  const id = await add()
  expect(view.rows()).toEqual([])
  await hub.readAfter(now(), 'soon')
  expect(view.rows().map((row) => row.id)).toEqual([id])
})

test('it need not read again where it has since, and many who ask at a time share a reading', async () => {
  const { hub, view, add } = await behind()
  const before = now()
  await hub.readAfter(before, 'soon')
  await add()
  await hub.readAfter(before, 'soon')
  expect(view.rows()).toEqual([])
  const moment = now()
  const all = Promise.all(Array.from({ length: 50 }, () => hub.readAfter(moment, 'anyway')))
  let isRead = false
  void all.then(() => {
    isRead = true
  })
  // A reading that somebody else asks for is everybody's.
  expect(isRead).toBe(false)
  await hub.readAfter(moment, 'soon')
  await all
  expect(view.rows()).toHaveLength(1)
})

test('who can wait has a reading within a second and a half, although the bus never looks', async () => {
  const { hub, view, add } = await behind()
  await add()
  await hub.readAfter(now(), 'anyway')
  expect(view.rows()).toHaveLength(1)
})

test('it says so where it cannot read, when it stops, and asks nothing where nothing is held', async () => {
  const { hub, view, proxy } = await behind()
  await proxy.refuse()
  const codeOf = (work: Promise<void>) =>
    work.then(
      () => 'read',
      (error: unknown) => (isSyncwatchError(error) ? error.code : String(error)),
    )
  expect(await codeOf(hub.readAfter(now(), 'soon'))).toBe('database_unavailable')
  await proxy.restore()
  expect(await codeOf(hub.readAfter(now(), 'soon'))).toMatch(/read|database_unavailable/)
  const waiting = codeOf(hub.readAfter(now() + 3_600_000, 'anyway'))
  view.close()
  expect(await waiting).toBe('read')
  expect(await codeOf(hub.readAfter(now(), 'soon'))).toBe('read')
})
