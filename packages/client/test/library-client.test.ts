import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createLibraryClient, heldCount } from '../src/library/index.ts'

async function server(status: number, answer: string | null, type = 'application/json') {
  const seen: string[] = []
  const host = createServer(async (request, response) => {
    let text = ''
    for await (const part of request) text += part
    const match = request.headers['if-match'] === undefined ? '' : ` if ${request.headers['if-match']}`
    seen.push(`${request.method} ${request.url?.replace('/api/v1', '')}${match}${text && ` ${text}`}`)
    if (answer !== null) response.writeHead(status, { 'content-type': type }).end(answer)
  })
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    host.closeAllConnections()
    host.close()
  })
  return { seen, url: `http://127.0.0.1:${(host.address() as AddressInfo).port}` }
}

it('CL-74 each call of the library goes to its route, with what it was decided on', async () => {
  const { seen, url } = await server(200, '{}')
  const { attention, assets, trash, collections, conflicts, stores } = createLibraryClient({ baseUrl: url })
  await attention()
  await assets.list({ search: 'a b', folder: '/', type: 'image', sync_state: 'differs', limit: 5, cursor: 'c' })
  await assets.folders()
  await assets.get('a/b')
  await assets.replicas('a')
  await assets.versions('a')
  await assets.usage('a')
  await assets.create('dir/x y.txt', 'bytes')
  await assets.edit('a', 3, { alt_text: null })
  await assets.replaceContent('a', 3, 'other bytes')
  await assets.delete('a', 3)
  await assets.delete('a', 3, true)
  await assets.deleteAll([{ id: 'a', revision: 3 }])
  await assets.restore('a', 4)
  await assets.restore('a', 4, 'other')
  await assets.restoreVersion('a', 'v', 4)
  await trash.list({ limit: 100 })
  await trash.purge(['a', 'b'])
  await collections.list()
  await collections.get('c')
  await collections.create({ name: 'Autumn' })
  await collections.edit('c', 1, { name: 'Winter' })
  await collections.remove('c', 2)
  await collections.assets('c')
  await collections.add('c', 2, ['a'])
  await collections.add('c', 2, ['a'], 0)
  await collections.take('c', 2, ['a'])
  await collections.reorder('c', 2, ['b', 'a'])
  await conflicts.list({ state: ['resolved', 'undone'] })
  await conflicts.get('x')
  await conflicts.resolve(['x', 'y'], 'both')
  await conflicts.undo('x')
  await stores.list()
  await stores.get('s')
  await stores.testPlace({ location: '/p', mode: 'pull' })
  await stores.add({ location: '/p' })
  await stores.edit('s', { paused: true })
  await stores.schedule('s', null)
  await stores.test('s')
  await stores.sync('s')
  await stores.preview('s')
  await stores.verify('s')
  await stores.verify('s', 'full')
  await stores.heldPlan('s', { limit: 1 })
  await stores.approve('s', 'p', 40)
  await stores.drop('s', 'p')
  await stores.forgetIdentity('s', 'Photos')
  await stores.remove('s')
  expect(seen).toEqual([
    'GET /attention',
    'GET /assets?search=a%20b&folder=%2F&type=image&sync_state=differs&limit=5&cursor=c',
    'GET /folders',
    'GET /assets/a%2Fb',
    'GET /assets/a/replicas',
    'GET /assets/a/versions',
    'GET /assets/a/usage',
    'POST /assets?key=dir%2Fx%20y.txt bytes',
    'PATCH /assets/a {"alt_text":null,"revision":3}',
    'PUT /assets/a/content if "3" other bytes',
    'DELETE /assets/a if "3"',
    'DELETE /assets/a?force=true if "3"',
    'POST /assets/delete {"assets":[{"id":"a","revision":3}],"count":1}',
    'POST /assets/a/restore {"revision":4}',
    'POST /assets/a/restore {"revision":4,"key":"other"}',
    'POST /assets/a/versions/v/restore {"revision":4}',
    'GET /trash?limit=100',
    'POST /trash/purge {"ids":["a","b"],"count":2}',
    'GET /collections',
    'GET /collections/c',
    'POST /collections {"name":"Autumn"}',
    'PATCH /collections/c {"name":"Winter","revision":1}',
    'DELETE /collections/c if "2"',
    'GET /collections/c/assets',
    'POST /collections/c/assets {"asset_ids":["a"],"revision":2}',
    'POST /collections/c/assets {"asset_ids":["a"],"revision":2,"position":0}',
    'POST /collections/c/assets/remove {"asset_ids":["a"],"revision":2}',
    'PUT /collections/c/assets {"asset_ids":["b","a"],"revision":2}',
    'GET /conflicts?state=resolved%2Cundone',
    'GET /conflicts/x',
    'POST /conflicts/resolve {"ids":["x","y"],"resolution":"both","count":2}',
    'POST /conflicts/x/undo',
    'GET /stores',
    'GET /stores/s',
    'POST /stores/test {"location":"/p","mode":"pull"}',
    'POST /stores {"location":"/p"}',
    'PATCH /stores/s {"paused":true}',
    'PUT /stores/s/schedule {"schedule":null}',
    'POST /stores/s/test',
    'POST /stores/s/sync',
    'POST /stores/s/plan',
    'POST /stores/s/verify {"content":"metadata"}',
    'POST /stores/s/verify {"content":"full"}',
    'GET /stores/s/plan?limit=1',
    'POST /stores/s/approve {"plan_id":"p","rows":40}',
    'POST /stores/s/drop {"plan_id":"p"}',
    'POST /stores/s/forget-identity {"confirm":"Photos"}',
    'DELETE /stores/s',
  ])
  const sha256 = 'ab'.repeat(32)
  expect(assets.thumbnailUrl('a', sha256)).toBe(`${url}/api/v1/assets/a/thumbnail?v=abababababababab`)
  expect(assets.contentUrl('a', null)).toBe(`${url}/api/v1/assets/a/content`)
  expect(assets.versionUrl({ id: 'v', asset_id: 'a', sha256 } as never, 'thumbnail')).toMatch(
    /\/a\/versions\/v\/thumbnail\?v=/,
  )
  expect(conflicts.sideUrl('x', 'store', 'content')).toBe(`${url}/api/v1/conflicts/x/store/content`)
  expect(heldCount({ counts: { R4: 2, rows: 3 } } as never)).toBe(3)
})

it.each([
  [204, '', 'application/json', null],
  [409, '{"code":"revision_stale","detail":"Changed."}', 'application/problem+json', 'revision_stale'],
  [200, '<html>', 'text/html; charset=utf-8', 'server_unreachable'],
  [200, '<oops', 'application/json', 'internal'],
])('CL-74 an answer %i %s is what it is', async (status, body, type, code) => {
  const { url } = await server(status, body, type)
  const call = createLibraryClient({ baseUrl: url }).stores.remove('s')
  if (code === null) expect(await call).toBe(null)
  else await expect(call).rejects.toMatchObject({ code })
})

it('CL-74 no answer is said, one that takes too long is a timeout, and an abort is the abort', async () => {
  const nowhere = createLibraryClient({ baseUrl: 'http://127.0.0.1:1' })
  await expect(nowhere.attention()).rejects.toMatchObject({ code: 'server_unreachable', retryable: true })
  const { url } = await server(200, null)
  const slow = createLibraryClient({ baseUrl: url, timeoutMs: 20 })
  await expect(slow.attention()).rejects.toMatchObject({ code: 'timeout', retryable: true })
  const signal = AbortSignal.abort(new Error('changed my mind'))
  await expect(slow.stores.preview('s', { signal })).rejects.toThrow('changed my mind')
})
