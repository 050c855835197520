import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeTempFolder, waitFor } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { serverUnderTest } from './server-under-test.ts'

// What a person sees who edits on both sides of a folder, through the server as it is.

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
type Body = any

class Library {
  readonly folder: string
  readonly store: string
  readonly #url: string

  constructor(url: string, folder: string, store: string) {
    this.#url = url
    this.folder = folder
    this.store = store
  }

  static async of(files: Record<string, string>, policy = 'keep-both'): Promise<Library> {
    const folder = await makeTempFolder('photos')
    onTestFinished(() => folder.remove())
    for (const [name, content] of Object.entries(files)) await place(join(folder.path, name), content)
    const { url } = await serverUnderTest()
    const library = new Library(url, folder.path, '')
    const { id } = await library.send('POST', '/stores', {
      location: folder.path,
      name: 'Photos',
      conflict_policy: policy,
    })
    const connected = new Library(url, folder.path, id)
    await connected.sync()
    return connected
  }

  async send(method: string, path: string, body?: unknown, revision?: number): Promise<Body> {
    const isText = typeof body === 'string'
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && !isText && { 'content-type': 'application/json' }),
        ...(revision !== undefined && { 'if-match': `"${revision}"` }),
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return text === '' ? null : JSON.parse(text)
  }

  /** An edit, which must not be refused. */
  async change(method: string, path: string, body?: unknown, revision?: number): Promise<void> {
    const answer = await this.send(method, path, body, revision)
    if (answer?.code !== undefined) throw new Error(`${method} ${path} was refused: ${answer.code} ${answer.detail}`)
  }

  /** Begins a run, or joins the one that follows an edit already, until one that began after now has ended. */
  async sync(): Promise<Body> {
    for (;;) {
      const asked = Date.now()
      const begun = await this.send('POST', `/stores/${this.store}/sync`)
      const ended = await waitFor(
        async () => {
          const row = await this.send('GET', `/operations/${begun.id}`)
          return row.end_time === null ? null : row
        },
        { what: 'the end of the run', timeoutMs: 30_000 },
      )
      if (ended.status !== 'completed') throw new Error(`The run ${ended.status}: ${ended.message}`)
      if (Date.parse(ended.start_time) >= asked) return ended
    }
  }

  /** From now on only what a test asks for is run, so that both sides can be changed between two runs. */
  async pause(): Promise<void> {
    await this.send('PATCH', `/stores/${this.store}`, { paused: true })
    await this.sync()
  }

  async assets(): Promise<Record<string, Body>> {
    const { items } = await this.send('GET', '/assets?limit=500')
    return Object.fromEntries(items.map((asset: Body) => [asset.key, asset]))
  }

  async keys(): Promise<string[]> {
    return Object.keys(await this.assets()).sort()
  }

  async files(): Promise<string[]> {
    const found = await readdir(this.folder, { recursive: true, withFileTypes: true })
    const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    return paths
      .map((path) => path.slice(this.folder.length + 1))
      .filter((path) => !path.startsWith('.syncwatch'))
      .sort()
  }

  write(key: string, content: string): Promise<void> {
    return place(join(this.folder, key), content)
  }

  read(key: string): Promise<string> {
    return readFile(join(this.folder, key), 'utf8')
  }
}

async function place(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  // At rest for a while, as a file is that nobody is writing any more.
  const time = new Date(Date.now() - 60_000 + Math.random() * 1_000)
  await utimes(path, time, time)
}

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`many/${index}.txt`, `content ${index}`]))

test('an edit of the library arrives in the folder by itself: content, name, metadata, delete, restore', async () => {
  const library = await Library.of({ 'a.txt': 'one', 'b.txt': 'b' })
  const eventually = (look: () => unknown, what: string) => waitFor(look, { what, timeoutMs: 20_000, intervalMs: 100 })
  const { id, revision } = (await library.assets())['a.txt']
  await library.change('PUT', `/assets/${id}/content`, 'two', revision)
  await eventually(async () => (await library.read('a.txt')) === 'two', 'the content')
  await library.change('PATCH', `/assets/${id}`, { key: 'sub/c.txt' }, revision + 1)
  await eventually(() => existsSync(join(library.folder, 'sub/c.txt')), 'the new name')
  await eventually(() => !existsSync(join(library.folder, 'a.txt')), 'the old name gone')
  await library.change('PATCH', `/assets/${id}`, { alt_text: 'a red hat' }, revision + 2)
  await eventually(
    async () => (await library.read('sub/c.txt.xmp').catch(() => '')).includes('a red hat'),
    'the metadata',
  )
  await library.change('DELETE', `/assets/${id}`, undefined, revision + 3)
  await eventually(() => !existsSync(join(library.folder, 'sub/c.txt')), 'the delete')
  await library.change('POST', `/assets/${id}/restore`, { revision: revision + 4 })
  await eventually(async () => (await library.read('sub/c.txt').catch(() => '')) === 'two', 'the restored file')
  const quiet = await library.sync()
  expect(quiet.message).toMatch(/nothing to do/)
  expect(await library.send('GET', `/stores/${library.store}`)).toMatchObject({
    differ_count: 0,
    failed_count: 0,
    converged_at: expect.any(String),
  })
  expect((await library.send('GET', `/assets/${id}/replicas`)).items).toMatchObject([
    { sync_state: 'in_sync', verified_at: expect.any(String) },
  ])
}, 120_000)

test('an edit of the folder arrives in the library: content, name, new files, and a delete as trash', async () => {
  const library = await Library.of({ ...many(12), 'a.txt': 'one', 'b.txt': 'two' })
  const before = await library.assets()
  await library.write('a.txt', 'changed')
  await rename(join(library.folder, 'b.txt'), join(library.folder, 'renamed.txt'))
  await library.write('new.txt', 'new')
  await rm(join(library.folder, 'many/3.txt'))
  await library.sync()
  const after = await library.assets()
  expect(after['a.txt']).toMatchObject({ id: before['a.txt'].id, size: 7, revision: 2 })
  expect(after['renamed.txt']).toMatchObject({ id: before['b.txt'].id })
  expect(Object.keys(after)).toContain('new.txt')
  const { items } = await library.send('GET', '/trash')
  expect(items).toMatchObject([{ id: before['many/3.txt'].id, key: 'many/3.txt' }])
  expect((await library.send('GET', `/assets/${before['a.txt'].id}/versions`)).items).toMatchObject([{ size: 3 }])
  expect((await library.keys()).length).toBe((await library.files()).length)
}, 120_000)

test('both sides changed: both are kept, the inbox shows it, and a person decides and takes it back', async () => {
  const library = await Library.of({ 'a.txt': 'one' })
  await library.pause()
  const { id, revision } = (await library.assets())['a.txt']
  await library.write('a.txt', 'of the folder')
  await library.send('PUT', `/assets/${id}/content`, 'of the library', revision)
  await library.sync()
  await library.sync()
  const keys = await library.keys()
  expect(keys).toEqual(['a.conflict-Photos-1.txt', 'a.txt'])
  expect(await library.files()).toEqual(keys)
  expect([await library.read('a.txt'), await library.read(keys[0] ?? '')]).toEqual(['of the library', 'of the folder'])
  const { items } = await library.send('GET', '/conflicts?state=open')
  expect(items).toMatchObject([{ outcome: 'keep-both', asset_id: id, store_name: 'Photos', store_side: { size: 13 } }])
  const address = `/conflicts/${items[0].id}`
  expect(await library.send('POST', `${address}/resolve`, { resolution: 'store' })).toMatchObject({ state: 'resolved' })
  await library.sync()
  expect([await library.files(), await library.read('a.txt')]).toEqual([['a.txt'], 'of the folder'])
  expect(await library.send('POST', `${address}/undo`)).toMatchObject({ state: 'open' })
  await library.sync()
  expect([await library.files(), await library.read('a.txt')]).toEqual([keys, 'of the library'])
  expect((await library.send('GET', '/conflicts?state=open')).items).toHaveLength(1)
}, 120_000)

test.each([
  ['library', ['of the library']],
  ['store', ['of the folder']],
  ['both', ['of the folder', 'of the library']],
])(
  'a store whose conflicts a person decides holds both sides until then (%s)',
  async (resolution, contents) => {
    const library = await Library.of({ 'a.txt': 'one' }, 'manual')
    await library.pause()
    const { id, revision } = (await library.assets())['a.txt']
    await library.write('a.txt', 'of the folder')
    await library.send('PUT', `/assets/${id}/content`, 'of the library', revision)
    await library.sync()
    await library.sync()
    expect([await library.files(), await library.read('a.txt')]).toEqual([['a.txt'], 'of the folder'])
    const { items } = await library.send('GET', '/conflicts?state=open')
    expect(items).toMatchObject([
      { outcome: 'held', asset_id: id, library_side: { size: 14 }, store_side: { size: 13 } },
    ])
    await library.send('POST', `/conflicts/${items[0].id}/resolve`, { resolution })
    await library.sync()
    const files = await library.files()
    expect(await Promise.all(files.map((file) => library.read(file)))).toEqual(contents)
    expect(await library.keys()).toEqual(files)
    expect(await library.send('GET', `/conflicts/${items[0].id}`)).toMatchObject({
      state: 'resolved',
      applied_at: expect.any(String),
    })
    expect((await library.send('GET', '/conflicts?state=open')).items).toEqual([])
    const undone = await library.send('POST', `/conflicts/${items[0].id}/undo`)
    if (contents.length > 1) return expect(undone.code).toBe('conflict_decided')
    await library.sync()
    const other = resolution === 'library' ? 'of the folder' : 'of the library'
    return expect([undone.state, await library.read('a.txt')]).toEqual(['undone', other])
  },
  120_000,
)

test('many files gone at once are held; approving them, for the number that was shown, lets them go', async () => {
  const library = await Library.of(many(40))
  await library.pause()
  await rm(join(library.folder, 'many'), { recursive: true })
  await library.sync()
  expect(await library.keys()).toHaveLength(40)
  const address = `/stores/${library.store}`
  const { plan, rows } = await library.send('GET', `${address}/plan?limit=10`)
  expect(plan).toMatchObject({ state: 'pending', counts: { rows: 40 } })
  expect(plan.gates.length).toBeGreaterThan(0)
  expect(rows).toHaveLength(10)
  expect(rows[0]).toMatchObject({ rule: 'R5', library: 'trash' })
  const wrong = await library.send('POST', `${address}/approve`, { plan_id: plan.id, rows: 39 })
  expect(wrong.code).toBe('plan_changed')
  await library.send('POST', `${address}/approve`, { plan_id: plan.id, rows: 40 })
  await library.sync()
  expect(await library.keys()).toEqual([])
  expect((await library.send('GET', '/trash?limit=500')).items).toHaveLength(40)
  expect((await library.send('GET', `${address}/plan`)).plan).toBeNull()
}, 120_000)

test('what was dropped is not done and not asked for again; a bulk delete of a person is approved already', async () => {
  const library = await Library.of(many(40))
  await library.pause()
  const assets = Object.values(await library.assets())
  const request = { assets: assets.slice(0, 30).map(({ id, revision }) => ({ id, revision })), count: 30 }
  await library.send('POST', '/assets/delete', request)
  await library.sync()
  expect(await library.files()).toHaveLength(10)
  for (const file of await library.files()) await rm(join(library.folder, file))
  await library.sync()
  const address = `/stores/${library.store}`
  const { plan } = await library.send('GET', `${address}/plan`)
  await library.send('POST', `${address}/drop`, { plan_id: plan.id })
  await library.sync()
  expect((await library.send('GET', `${address}/plan`)).plan).toBeNull()
  expect(await library.keys()).toHaveLength(10)
}, 120_000)

test('a preview and a verification tell what differs, and change nothing', async () => {
  const library = await Library.of({ 'a.txt': 'one', 'b.txt': 'two', 'c.txt': 'three' })
  await library.pause()
  const address = `/stores/${library.store}`
  expect(await library.send('POST', `${address}/plan`)).toMatchObject({ total: 0, gates: [], complete: true })
  const finished = async (id: string) =>
    waitFor(
      async () => {
        const row = await library.send('GET', `/operations/${id}`)
        return row.end_time === null ? null : row
      },
      { what: 'the end', timeoutMs: 30_000 },
    )
  const begun = await library.send('POST', `${address}/verify`, { content: 'full' })
  expect(begun).toMatchObject({ operation_type: 'full_sync' })
  const quiet = await finished(begun.id)
  expect(quiet).toMatchObject({ status: 'completed', operation_data: { verify: 'full' } })
  expect(await library.send('GET', address)).toMatchObject({ differ_count: 0 })
  await library.write('new.txt', 'new')
  const preview = await library.send('POST', `${address}/plan`)
  expect(preview).toMatchObject({
    total: 1,
    rules: { R20: 1 },
    rows: [{ key: 'new.txt', library: 'create', store: 'none' }],
  })
}, 120_000)
