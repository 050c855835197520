import { request } from 'node:http'
import { makeTempFolder } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { serverUnderTest } from './server-under-test.ts'

interface Answer {
  readonly status: number
  readonly etag: string | null
  readonly location: string | null
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
  readonly body: any
}

type Send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>

async function api(environment?: Record<string, string>): Promise<{ send: Send; url: string }> {
  const { url } = await serverUnderTest(environment === undefined ? {} : { environment })
  return { url, send: sender(url) }
}

function sender(url: string): Send {
  return async (method, path, body, headers = {}) => {
    const isRaw = typeof body === 'string'
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { ...(body !== undefined && !isRaw && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      etag: response.headers.get('etag'),
      location: response.headers.get('location'),
      text,
      body: isJson && text !== '' ? JSON.parse(text) : null,
    }
  }
}

const put = (send: Send, key: string, content = `content of ${key}`) =>
  send('POST', `/assets?key=${encodeURIComponent(key)}`, content, { 'content-type': 'application/octet-stream' })

test('an asset lives its life over HTTP: made, described, replaced, deleted, restored, given its first bytes back', async () => {
  const { send } = await api()
  const made = await put(send, 'hats/red.txt', 'first')
  expect([made.status, made.etag, made.body.revision]).toEqual([201, '"1"', 1])
  const address = `/assets/${made.body.id}`
  expect(made.location).toBe(`/api/v1${address}`)
  expect((await put(send, 'hats/red.txt', 'first')).status).toBe(200)
  const edited = await send(
    'PATCH',
    address,
    { folder: 'caps', alt_text: 'a red hat', tags: ['red'] },
    { 'if-match': '"1"' },
  )
  expect([edited.status, edited.etag]).toEqual([200, '"2"'])
  expect(edited.body).toMatchObject({ key: 'caps/red.txt', alt_text: 'a red hat', tags: ['red'] })
  const replaced = await send('PUT', `${address}/content`, 'second', { 'if-match': '"2"' })
  expect(replaced.body).toMatchObject({ size: 6, revision: 3 })
  const { body: versions } = await send('GET', `${address}/versions`)
  expect(versions.items).toMatchObject([{ reason: 'replaced', size: 5 }])
  const versionPath = `${address}/versions/${versions.items[0].id}`
  expect((await send('GET', `${versionPath}/content`)).text).toBe('first')
  const deleted = await send('DELETE', address, undefined, { 'if-match': '"3"' })
  expect([deleted.status, deleted.body.trashed_by]).toEqual([200, 'local'])
  expect((await send('GET', '/assets')).body.items).toEqual([])
  expect((await send('GET', '/trash')).body.items).toMatchObject([{ id: made.body.id, revision: 4 }])
  expect((await send('POST', `${address}/restore`, { revision: 4 })).body).toMatchObject({ trashed_at: null })
  expect((await send('POST', `${versionPath}/restore`, { revision: 5 })).body).toMatchObject({ size: 5, revision: 6 })
  expect((await send('GET', `${address}/content`)).text).toBe('first')
  expect((await send('GET', `${address}/replicas`)).body.items).toEqual([])
})

test('a change without a revision, or on an old one, is refused and says what to do', async () => {
  const { send } = await api()
  const { body } = await put(send, 'a')
  const address = `/assets/${body.id}`
  await send('PATCH', address, { name: 'b', revision: 1 })
  for (const [method, path, given] of [
    ['PATCH', address, { name: 'c' }],
    ['DELETE', address, undefined],
    ['PUT', `${address}/content`, 'x'],
    ['POST', `${address}/restore`, {}],
  ] as const) {
    const missing = await send(method, path, given)
    expect([method, missing.status, missing.body.code]).toEqual([method, 428, 'revision_required'])
    if (path.endsWith('/restore')) continue
    const stale = await send(method, path, given, { 'if-match': 'W/"1"' })
    expect([method, stale.status, stale.body]).toEqual([
      method,
      412,
      expect.objectContaining({ code: 'revision_stale', revision: 2 }),
    ])
  }
  const both = await send('PATCH', address, { name: 'c', revision: 1 }, { 'if-match': '"2"' })
  expect([both.status, both.body.code]).toEqual([400, 'invalid_input'])
  const nonsense = await send('PATCH', address, { name: 'c' }, { 'if-match': '*' })
  expect(nonsense.body.code).toBe('invalid_input')
})

test.each([
  [{ nope: 1 }, 'invalid_input'],
  [{ key: 'a', name: 'b' }, 'invalid_input'],
  [{ tags: 'red' }, 'invalid_input'],
  [{ custom: [] }, 'invalid_input'],
  [{ key: '../x' }, 'item_outside_root'],
  [{ name: 'a/../../b' }, 'item_outside_root'],
  [{ alt_text: 'x'.repeat(2_001) }, 'invalid_input'],
])('an edit that is wrong is refused (%#)', async (edit, code) => {
  const { send } = await api()
  const { body } = await put(send, 'a')
  const answer = await send('PATCH', `/assets/${body.id}`, edit, { 'if-match': '"1"' })
  expect([answer.status, answer.body.code]).toEqual([400, code])
})

test('a file over the limit is refused while it comes', async () => {
  const { send } = await api({ SYNCWATCH_MAX_CONTENT_BYTES: '10' })
  expect((await put(send, 'small', '0123456789')).status).toBe(201)
  const large = await put(send, 'large', '0123456789a')
  expect([large.status, large.body.code]).toEqual([413, 'payload_too_large'])
  expect((await send('GET', '/assets')).body.items).toHaveLength(1)
})

test('deleting many asks for their number, and deleting what is used asks for force', async () => {
  const { send } = await api()
  const ids: string[] = []
  for (const key of ['a', 'b', 'c']) ids.push((await put(send, key)).body.id)
  const use = { used_in: 'page', reference: '/about' }
  expect((await send('POST', `/assets/${ids[0]}/usage`, use)).status).toBe(201)
  const assets = ids.map((id) => ({ id }))
  expect((await send('POST', '/assets/delete', { assets, count: 2 })).body).toMatchObject({
    code: 'confirmation_needed',
    count: 3,
  })
  const inUse = await send('POST', '/assets/delete', { assets, count: 3 })
  expect([inUse.status, inUse.body.code, inUse.body.usage]).toEqual([
    409,
    'asset_in_use',
    [expect.objectContaining(use)],
  ])
  const single = await send('DELETE', `/assets/${ids[0]}`, undefined, { 'if-match': '"1"' })
  expect(single.body.code).toBe('asset_in_use')
  expect((await send('GET', `/assets/${ids[0]}/usage`)).body.items).toMatchObject([use])
  const forced = await send('POST', '/assets/delete', { assets, count: 3, force: true })
  expect(forced.body.trashed.sort()).toEqual(ids.toSorted())
  expect((await send('DELETE', `/assets/${ids[0]}/usage?${new URLSearchParams(use)}`)).status).toBe(204)
  expect((await send('POST', '/trash/purge', { ids, count: 1 })).body.code).toBe('confirmation_needed')
  expect((await send('POST', '/trash/purge', { ids, count: 3 })).body).toEqual({ purged: 3 })
  expect((await send('GET', `/assets/${ids[0]}`)).body.code).toBe('asset_not_found')
})

test('a POST with bytes and an Idempotency-Key is answered the same again', async () => {
  const { send } = await api()
  const headers = { 'content-type': 'application/octet-stream', 'idempotency-key': 'k1' }
  const first = await send('POST', '/assets?key=a', 'one', headers)
  const again = await send('POST', '/assets?key=a', 'one', headers)
  expect([again.status, again.body.id]).toEqual([201, first.body.id])
  expect((await send('POST', '/assets?key=b', 'one', headers)).body.code).toBe('idempotency_conflict')
})

test('collections hold assets in an order', async () => {
  const { send } = await api()
  const ids: string[] = []
  for (const key of ['a', 'b', 'c']) ids.push((await put(send, key)).body.id)
  const { status, body, etag } = await send('POST', '/collections', { name: 'Summer' })
  expect([status, etag]).toEqual([201, '"1"'])
  const address = `/collections/${body.id}`
  expect((await send('POST', `${address}/assets`, { asset_ids: ids, revision: 1 })).body).toMatchObject({
    asset_count: 3,
  })
  const order = ids.toReversed()
  expect((await send('PUT', `${address}/assets`, { asset_ids: order }, { 'if-match': '"2"' })).status).toBe(200)
  const { items } = (await send('GET', `${address}/assets`)).body
  expect(items.map(({ id }: { id: string }) => id)).toEqual(order)
  const removed = { asset_ids: [ids[0]], revision: 3 }
  expect((await send('POST', `${address}/assets/remove`, removed)).body).toMatchObject({ asset_count: 2, revision: 4 })
  expect((await send('PATCH', address, { name: 'Autumn', revision: 4 })).body).toMatchObject({ name: 'Autumn' })
  expect((await send('GET', '/collections')).body.items).toMatchObject([{ name: 'Autumn', revision: 5 }])
  expect((await send('DELETE', address, undefined, { 'if-match': '"4"' })).body.code).toBe('revision_stale')
  expect((await send('DELETE', address, undefined, { 'if-match': '"5"' })).status).toBe(204)
})

test('a store is connected and changed with the folders that are synced and a sentinel; what is no path inside it is refused', async () => {
  const { send } = await api()
  const folder = await makeTempFolder('photos')
  onTestFinished(() => folder.remove())
  const place = { location: folder.path, name: 'Photos' }
  expect((await send('POST', '/stores', { ...place, prefixes: ['../etc'] })).body).toMatchObject({
    code: 'invalid_input',
    field: 'prefixes[0]',
    detail: expect.stringContaining('leads out of the library'),
  })
  const { body } = await send('POST', '/stores', { ...place, prefixes: ['in'], sentinel: 'in/here.txt' })
  expect(body).toMatchObject({ prefixes: ['in/'], sentinel: 'in/here.txt' })
  const address = `/stores/${body.id}`
  expect((await send('PATCH', address, { prefixes: ['b/', 'a', 'b'] })).body).toMatchObject({
    prefixes: ['a/', 'b/'],
    sentinel: 'in/here.txt',
  })
  expect((await send('PATCH', address, { sentinel: null })).body).toMatchObject({
    prefixes: ['a/', 'b/'],
    sentinel: null,
  })
  for (const [field, value] of [
    ['prefixes', 'a'],
    ['prefixes', null],
    ['prefixes[0]', ['/a']],
    ['prefixes[1]', ['a', '']],
    ['sentinel', ''],
    ['sentinel', 'a//b'],
  ] as const) {
    const refused = await send('PATCH', address, { [field.replace(/\[.*/, '')]: value })
    expect([value, refused.status, refused.body]).toMatchObject([value, 400, { code: 'invalid_input', field }])
  }
  expect((await send('PATCH', address, { prefixes: [] })).body).toMatchObject({ prefixes: [], sentinel: null })
  expect((await send('GET', address)).body).toMatchObject({ prefixes: [], sentinel: null })
})

test('a store is renamed, given a policy and a schedule; nonsense is refused', async () => {
  const { send } = await api()
  const folder = await makeTempFolder('photos')
  onTestFinished(() => folder.remove())
  const { body } = await send('POST', '/stores', { location: folder.path, name: 'Photos' })
  expect(body).toMatchObject({ conflict_policy: 'keep-both', schedule: null, next_run_at: null, converged_at: null })
  const address = `/stores/${body.id}`
  const scheduled = await send('PUT', `${address}/schedule`, { schedule: '*/15 * * * *' })
  expect(scheduled.body.schedule).toBe('*/15 * * * *')
  expect(Date.parse(scheduled.body.next_run_at) % (15 * 60_000)).toBe(0)
  expect((await send('PATCH', address, { conflict_policy: 'manual', delete_limit: 3 })).body).toMatchObject({
    conflict_policy: 'manual',
    delete_limit: 3,
    next_run_at: scheduled.body.next_run_at,
  })
  expect((await send('PATCH', address, { mode: 'pull', paused: true })).body).toMatchObject({
    mode: 'pull',
    state: 'paused',
    delete_limit: 3,
  })
  expect((await send('PATCH', address, { paused: false })).body).toMatchObject({ mode: 'pull', state: 'idle' })
  expect((await send('PATCH', address, { mode: 'sideways' })).body).toMatchObject({
    code: 'invalid_input',
    field: 'mode',
  })
  for (const schedule of ['every day', '* * * * * *', '99 * * * *']) {
    const refused = await send('PUT', `${address}/schedule`, { schedule })
    expect([schedule, refused.status, refused.body.code]).toEqual([schedule, 400, 'invalid_input'])
  }
  expect((await send('PUT', `${address}/schedule`, { schedule: null })).body).toMatchObject({
    schedule: null,
    next_run_at: null,
  })
  expect((await send('GET', `${address}/plan`)).body).toEqual({ plan: null, rows: [], next_cursor: null })
  const approval = { plan_id: body.id, rows: 1 }
  expect((await send('POST', `${address}/approve`, approval)).body.code).toBe('plan_not_found')
  expect((await send('POST', `${address}/drop`, { plan_id: body.id })).body.code).toBe('plan_not_found')
  expect((await send('POST', `${address}/forget-identity`, { confirm: 'photos' })).body.code).toBe(
    'confirmation_needed',
  )
  expect((await send('POST', `${address}/forget-identity`, { confirm: 'Photos' })).status).toBe(200)
  expect((await send('GET', '/conflicts?state=open')).body).toEqual({ items: [], next_cursor: null })
  expect((await send('POST', '/conflicts/nonsense/undo')).body.code).toBe('conflict_not_found')
})

test('viewers look at everything and change nothing', async () => {
  const token = 'a-token-of-twenty-characters'
  const viewer = 'a-viewer-of-twenty-characters'
  const { url } = await serverUnderTest({ environment: { SYNCWATCH_TOKEN: token, SYNCWATCH_VIEWER_TOKEN: viewer } })
  const send = sender(url)
  const as = (bearer: string) => ({ authorization: `Bearer ${bearer}` })
  const { body } = await send('POST', '/assets?key=a', 'a', as(token))
  for (const path of ['/trash', '/collections', '/conflicts', `/assets/${body.id}/versions`])
    expect([path, (await send('GET', path, undefined, as(viewer))).status]).toEqual([path, 200])
  for (const [method, path, given] of [
    ['POST', '/assets?key=b', 'b'],
    ['PATCH', `/assets/${body.id}`, { name: 'b', revision: 1 }],
    ['PUT', `/assets/${body.id}/content`, 'b'],
    ['POST', '/collections', { name: 'x' }],
  ] as const) {
    const answer = await send(method, path, given, { ...as(viewer), 'if-match': '"1"' })
    expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 403, 'forbidden'])
  }
})

test('a connection that breaks in the middle of a file leaves no asset and no half of one', async () => {
  const { send, url } = await api()
  const { body } = await put(send, 'a', 'whole')
  for (const [method, path] of [
    ['POST', '/assets?key=b'],
    ['PUT', `/assets/${body.id}/content`],
  ]) {
    const headers = { 'content-length': '1000', 'if-match': '"1"' }
    const sent = request(`${url}/api/v1${path}`, { method, headers })
    sent.on('error', () => {})
    const closed = new Promise<void>((resolve) => sent.once('close', resolve))
    await new Promise<void>((resolve) => sent.write('only the beginning', () => resolve()))
    sent.destroy()
    await closed
  }
  // A request after it, so that the server has had the time to notice.
  const { id } = (await put(send, 'c')).body
  const { items } = (await send('GET', '/assets')).body
  expect(items).toMatchObject([{ id }, { id: body.id, size: 5, revision: 1 }])
})
