import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemRandom } from '@syncwatch/core'
import { type AssetMetadata, NO_METADATA } from '@syncwatch/sync'
import { FakeClock, makeTempFolder } from '@syncwatch/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FolderStore } from '../src/folder/index.ts'

/** As a photo program writes it: other languages, other properties, attributes instead of elements, a packet wrapper. */
const FOREIGN = `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"
    xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/">
   <crs:Exposure2012>+0.35</crs:Exposure2012>
   <d:title><rdf:Alt><rdf:li xml:lang="x-default">Harbour</rdf:li><rdf:li xml:lang="de">Hafen</rdf:li></rdf:Alt></d:title>
   <d:subject><rdf:Bag><rdf:li>water</rdf:li><rdf:li>boats</rdf:li></rdf:Bag></d:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`

async function makeFolder() {
  const temp = await makeTempFolder('folder-metadata')
  onTestFinished(() => temp.remove())
  const store = new FolderStore({ root: temp.path, clock: new FakeClock(), random: systemRandom(), settleMs: 0 })
  const put = async (key: string, text: string) => {
    await mkdir(dirname(join(temp.path, key)), { recursive: true })
    await writeFile(join(temp.path, key), text)
    return (await store.head(key))?.version ?? ''
  }
  const text = (key: string) => readFile(join(temp.path, key), 'utf8')
  const listed = async () => {
    const found: Record<string, boolean> = {}
    for await (const page of store.list({}))
      for (const { key, metadataVersion } of page.objects) found[key] = metadataVersion !== null
    return found
  }
  return { root: temp.path, store, put, text, listed }
}

const withTitle = (display_name: string): AssetMetadata => ({ ...NO_METADATA, display_name })

describe('a sidecar of a photo program', () => {
  test('is understood', async () => {
    const { store, put } = await makeFolder()
    await put('a.jpg', 'a')
    await put('a.jpg.xmp', FOREIGN)
    expect(await store.readMetadata('a.jpg')).toEqual({
      ...NO_METADATA,
      display_name: 'Harbour',
      tags: ['boats', 'water'],
    })
  })

  test('keeps all that is not ours when metadata is set', async () => {
    const { store, put, text } = await makeFolder()
    const version = await put('a.jpg', 'a')
    await put('a.jpg.xmp', FOREIGN)
    const wanted = { ...withTitle('Port & quay'), alt_text: 'Boats', tags: ['boats'], custom: { a: 1 } }
    await store.setMetadata('a.jpg', wanted, version)
    expect(await store.readMetadata('a.jpg')).toEqual(wanted)
    const now = await text('a.jpg.xmp')
    for (const kept of ['xmp:Rating="4"', '<crs:Exposure2012>+0.35</crs:Exposure2012>', 'Hafen', '<?xpacket end="w"?>'])
      expect(now).toContain(kept)
    await store.setMetadata('a.jpg', NO_METADATA, version)
    expect(await text('a.jpg.xmp')).toContain('xmp:Rating="4"')
    expect(await store.readMetadata('a.jpg')).toEqual(NO_METADATA)
  })

  test('is not written at all when it says the same already', async () => {
    const { store, put, text } = await makeFolder()
    const version = await put('a.jpg', 'a')
    await put('a.jpg.xmp', FOREIGN)
    await store.setMetadata('a.jpg', await store.readMetadata('a.jpg'), version)
    expect(await text('a.jpg.xmp')).toBe(FOREIGN)
  })
})

test.each([
  ['cut off', FOREIGN.slice(0, 400)],
  ['no XML', 'not a packet'],
  ['not RDF', '<a/>'],
  ['with entities of its own', `<!DOCTYPE x [<!ENTITY e "e">]>${FOREIGN}`],
  ['not UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0xd8]).toString('latin1')],
])('a sidecar that is broken (%s) is a problem of its file and is never overwritten', async (_, broken) => {
  const { store, put, text } = await makeFolder()
  const version = await put('a.jpg', 'a')
  await put('a.jpg.xmp', broken)
  await expect(store.readMetadata('a.jpg')).rejects.toMatchObject({ code: 'item_unreadable' })
  await expect(store.setMetadata('a.jpg', withTitle('New'), version)).rejects.toMatchObject({ code: 'item_unreadable' })
  expect(await text('a.jpg.xmp')).toBe(broken)
})

describe('which files are sidecars', () => {
  test('those whose file is there; a lone one is a file like any other and may have its own', async () => {
    const { store, put, listed } = await makeFolder()
    for (const key of ['a.jpg', 'a.jpg.xmp', 'a.jpg.xmp.xmp', 'lone.xmp', 'folder/b.jpg', 'folder/c.jpg.xmp'])
      await put(key, key)
    await put('lone.xmp.xmp', FOREIGN)
    expect(await listed()).toEqual({
      'a.jpg': true,
      'a.jpg.xmp.xmp': false,
      'lone.xmp': true,
      'folder/b.jpg': false,
      'folder/c.jpg.xmp': false,
    })
    expect(await store.head('a.jpg.xmp')).toBeNull()
    expect((await store.readMetadata('lone.xmp')).display_name).toBe('Harbour')
  })

  test('nothing is written that would be taken for one, or make one of a file', async () => {
    const { store, put, listed } = await makeFolder()
    const lone = await put('lone.jpg.xmp', 'not metadata')
    const version = await put('a.jpg', 'a')
    async function* none() {}
    const empty = {
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      size: 0,
      localPath: null,
      open: async () => none(),
    }
    for (const call of [
      () => store.write('a.jpg.xmp', empty, { kind: 'absent' }),
      () => store.write('lone.jpg', empty, { kind: 'absent' }),
      () => store.move('a.jpg', 'lone.jpg', version),
      () => store.move('lone.jpg.xmp', 'a.jpg.xmp', lone),
    ])
      await expect(call()).rejects.toMatchObject({ code: 'item_name_collision' })
    expect(Object.keys(await listed()).sort()).toEqual(['a.jpg', 'lone.jpg.xmp'])
  })

  test('one that is left without content of its own goes away', async () => {
    const { root, store, put } = await makeFolder()
    const version = await put('a.jpg', 'a')
    const made = await store.setMetadata('a.jpg', withTitle('A'), version)
    expect(made.metadataVersion).not.toBeNull()
    expect((await store.setMetadata('a.jpg', NO_METADATA, version)).metadataVersion).toBeNull()
    expect((await readdir(root)).filter((name) => !name.startsWith('.'))).toEqual(['a.jpg'])
  })

  test('one that changes while metadata is set is not overwritten', async () => {
    const { root, store, put } = await makeFolder()
    const version = await put('a.jpg', 'a')
    await store.setMetadata('a.jpg', withTitle('A'), version)
    const seen = (await store.head('a.jpg'))?.metadataVersion ?? null
    await rm(join(root, 'a.jpg.xmp'))
    await put('a.jpg.xmp', FOREIGN)
    await expect(store.setMetadata('a.jpg', withTitle('B'), version, { metadataVersion: seen })).rejects.toMatchObject({
      code: 'precondition_failed',
    })
    expect((await store.readMetadata('a.jpg')).display_name).toBe('Harbour')
  })
})
