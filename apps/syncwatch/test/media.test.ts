import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempFolder, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { ask, serverUnderTest } from './server-under-test.ts'

const json = { 'content-type': 'application/json' }

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await makeTempFolder('photos')
  onTestFinished(() => folder.remove())
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder.path, name, '..'), { recursive: true })
    await writeFile(join(folder.path, name), content)
  }
  return folder.path
}

async function ended(url: string, id: string) {
  return waitFor(
    async () => {
      const { body } = await ask(`${url}/api/v1/operations/${id}`)
      return body.end_time === null ? null : body
    },
    { what: 'the end of the run', timeoutMs: 20_000 },
  )
}

test('a folder given at the start becomes a store and is synced; its files are listed and served safely', async () => {
  const folder = await folderWith({ 'a.txt': 'hello', 'sub/evil.html': '<script>alert(1)</script>', 'x.svg': '<svg/>' })
  const { url } = await serverUnderTest({ folder })
  const { body: running } = await ask(`${url}/api/v1/operations?type=full_sync`)
  expect(await ended(url, running.items[0].id)).toMatchObject({ status: 'completed', progress: 100, failed_items: 0 })
  const { body: stores } = await ask(`${url}/api/v1/stores`)
  expect(stores.items).toMatchObject([{ location: folder, kind: 'folder', asset_count: 3 }])
  const { body: first } = await ask(`${url}/api/v1/assets?limit=2`)
  const { body: rest } = await ask(`${url}/api/v1/assets?limit=2&cursor=${encodeURIComponent(first.next_cursor)}`)
  const assets = [...first.items, ...rest.items] as { id: string; key: string; size: number }[]
  expect(assets.map((asset) => asset.key).sort()).toEqual(['a.txt', 'sub/evil.html', 'x.svg'])
  expect(rest.next_cursor).toBeNull()
  for (const asset of assets) {
    const content = await ask(`${url}/api/v1/assets/${asset.id}/content`)
    expect(content.status).toBe(200)
    expect(content.text).toHaveLength(asset.size)
    expect(content.headers['content-disposition']).toMatch(/^attachment/)
    expect(content.headers['content-security-policy']).toMatch(/^sandbox/)
    const part = await ask(`${url}/api/v1/assets/${asset.id}/content`, { headers: { range: 'bytes=1-2' } })
    expect([part.status, part.text]).toEqual([206, content.text.slice(1, 3)])
  }
  const missing = await ask(`${url}/api/v1/assets/${assets[0]?.id}/thumbnail`)
  expect([missing.status, missing.body.code]).toEqual([404, 'not_found'])
})

test('stores are added, tested, synced and removed', async () => {
  const folder = await folderWith({ 'a.txt': 'hello' })
  const { url } = await serverUnderTest()
  const body = JSON.stringify({ location: folder, name: 'Photos' })
  const added = await ask(`${url}/api/v1/stores`, { method: 'POST', headers: json, body })
  expect([added.status, added.body.name]).toEqual([201, 'Photos'])
  const address = `${url}/api/v1/stores/${added.body.id}`
  expect(added.headers.location).toBe(new URL(address).pathname)
  expect((await ask(`${url}/api/v1/stores`, { method: 'POST', headers: json, body })).body.code).toBe('store_exists')
  expect((await ask(`${address}/test`, { method: 'POST' })).body).toMatchObject({ ok: true })
  const begun = await ask(`${address}/sync`, { method: 'POST' })
  expect([begun.status, begun.body.operation_type, begun.body.store_id]).toEqual([202, 'full_sync', added.body.id])
  expect(await ended(url, begun.body.id)).toMatchObject({ status: 'completed', source: 'manual' })
  const retried = await ask(`${url}/api/v1/operations/${begun.body.id}/retry`, { method: 'POST' })
  expect(await ended(url, retried.body.id)).toMatchObject({ status: 'completed', retry_of: begun.body.id })
  expect((await ask(address, { method: 'DELETE' })).status).toBe(204)
  expect((await ask(address)).body.code).toBe('store_not_found')
})

test.each([
  [{ location: '/does/not/exist' }, /does not exist/],
  [{ location: 'relative' }, /not an absolute path/],
  [{ location: '/etc/passwd' }, /is not a folder/],
])('the store %j is refused', async (store, sentence) => {
  const { url } = await serverUnderTest()
  const answer = await ask(`${url}/api/v1/stores`, { method: 'POST', headers: json, body: JSON.stringify(store) })
  expect([answer.status, answer.body.code]).toEqual([400, 'invalid_input'])
  expect(answer.body.detail).toMatch(sentence)
})

test('a place is tried before it is connected: what is wrong is a sentence, and nothing is connected or written', async () => {
  const folder = await folderWith({ 'a.txt': 'hello' })
  const { url } = await serverUnderTest()
  const tried = async (store: object) =>
    (await ask(`${url}/api/v1/stores/test`, { method: 'POST', headers: json, body: JSON.stringify(store) })).body
  expect(await tried({ location: folder })).toEqual({ ok: true, message: `${folder} can be reached and written.` })
  expect(await tried({ location: folder, mode: 'pull' })).toEqual({ ok: true, message: `${folder} can be reached.` })
  expect(await tried({ location: '/does/not/exist' })).toEqual({
    ok: false,
    message: 'The folder /does/not/exist does not exist.',
  })
  expect(await readdir(folder)).toEqual(['a.txt'])
  expect((await ask(`${url}/api/v1/stores`)).body.items).toEqual([])
  const body = JSON.stringify({ location: folder, name: 'Photos' })
  await ask(`${url}/api/v1/stores`, { method: 'POST', headers: json, body })
  expect(await tried({ location: folder })).toEqual({
    ok: false,
    message: `${folder} is connected already, as "Photos".`,
  })
})

test('the library is filtered by folder, kind and state, page by page; its folders are counted', async () => {
  const folder = await folderWith({
    'a.txt': '1',
    'b.jpg': '2',
    'sub/c.jpg': '3',
    'sub/d.mp4': '4',
    'sub/deep/e.jpg': '5',
  })
  const { url } = await serverUnderTest({ folder })
  const { body: running } = await ask(`${url}/api/v1/operations?type=full_sync`)
  await ended(url, running.items[0].id)
  const keys = async (query: string) => {
    const found: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await ask(`${url}/api/v1/assets?limit=2&${query}${cursor && `&cursor=${cursor}`}`)
      found.push(...body.items.map(({ key }: { key: string }) => key))
      if (body.next_cursor === null) return found.sort()
      cursor = encodeURIComponent(body.next_cursor)
    }
  }
  const all = ['a.txt', 'b.jpg', 'sub/c.jpg', 'sub/d.mp4', 'sub/deep/e.jpg']
  expect(await keys('sync_state=in_sync')).toEqual(all)
  expect(await keys('sync_state=differs')).toEqual([])
  expect(await keys('folder=sub')).toEqual(['sub/c.jpg', 'sub/d.mp4'])
  expect(await keys('folder=/')).toEqual(['a.txt', 'b.jpg'])
  const kinds = await Promise.all(['image', 'video', 'audio', 'other'].map((kind) => keys(`type=${kind}`)))
  expect(kinds.flat().sort(), 'each is of one kind').toEqual(all)
  expect(kinds[3]).toContain('a.txt')
  const { id, revision } = (await ask(`${url}/api/v1/assets?key=a.txt`)).body.items[0]
  const edit = JSON.stringify({ alt_text: 'new', revision })
  await ask(`${url}/api/v1/stores`).then(async ({ body }) => {
    const patch = { method: 'PATCH', headers: json, body: JSON.stringify({ paused: true }) }
    await ask(`${url}/api/v1/stores/${body.items[0].id}`, patch)
  })
  await ask(`${url}/api/v1/assets/${id}`, { method: 'PATCH', headers: json, body: edit })
  expect(await keys('sync_state=differs')).toEqual(['a.txt'])
  expect(await keys('sync_state=differs&type=image')).toEqual([])
  const { body: folders } = await ask(`${url}/api/v1/folders`)
  expect(folders.items).toEqual([
    { folder: '', asset_count: 2 },
    { folder: 'sub', asset_count: 2 },
    { folder: 'sub/deep', asset_count: 1 },
  ])
})

test('the data folder cannot be a store, nor hold one, nor lie in one', async () => {
  const { url, data } = await serverUnderTest()
  for (const location of [data, join(data, '..'), join(data, 'vault')]) {
    const body = JSON.stringify({ location })
    const answer = await ask(`${url}/api/v1/stores`, { method: 'POST', headers: json, body })
    expect([location, answer.status]).toEqual([location, 400])
  }
})

test.each([
  ['GET', '/assets/nonsense', 'asset_not_found'],
  ['GET', '/assets/0190a0a0-0000-7000-8000-000000000000/content', 'asset_not_found'],
  ['GET', '/assets?cursor=nonsense', 'invalid_cursor'],
  ['GET', '/assets?limit=0', 'invalid_input'],
  ['POST', '/stores/nonsense/sync', 'store_not_found'],
  ['POST', '/stores/0190a0a0-0000-7000-8000-000000000000/sync', 'store_not_found'],
  ['DELETE', '/stores/nonsense', 'store_not_found'],
  ['PATCH', '/stores', 'method_not_allowed'],
])('%s %s is refused with %s', async (method, path, code) => {
  const { url } = await serverUnderTest()
  expect((await ask(`${url}/api/v1${path}`, { method })).body.code).toBe(code)
})
