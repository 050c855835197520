import { expect, test } from 'vitest'
import { contentResponse, type StoredContent } from '../src/http/assets/content-response.ts'

const bytes = new TextEncoder().encode('0123456789')

function stored(facts: Partial<StoredContent> = {}): StoredContent {
  return {
    version: 'ab'.repeat(32),
    size: bytes.length,
    mimeType: 'image/png',
    name: 'a.png',
    read: async (range) =>
      (async function* () {
        yield bytes.subarray(range?.start ?? 0, (range?.end ?? bytes.length - 1) + 1)
      })(),
    ...facts,
  }
}

function get(headers: Record<string, string> = {}, facts: Partial<StoredContent> = {}): Promise<Response> {
  return contentResponse(new Request('http://x/', { headers }), stored(facts))
}

test('the whole content comes with its length and an ETag, and is not sent again while it is the same', async () => {
  const response = await get()
  expect(response.status).toBe(200)
  expect(response.headers.get('content-length')).toBe('10')
  expect(await response.text()).toBe('0123456789')
  const again = await get({ 'if-none-match': response.headers.get('etag') ?? '' })
  expect(again.status).toBe(304)
})

test('a range is answered in part, one beyond the end with 416, one of another version with everything', async () => {
  const part = await get({ range: 'bytes=2-4' })
  expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234'])
  const beyond = await get({ range: 'bytes=99-' })
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */10'])
  const other = await get({ range: 'bytes=2-4', 'if-range': '"another"' })
  expect([other.status, await other.text()]).toEqual([200, '0123456789'])
})

test.each([
  ['fewer', '01234'],
  ['more', '0123456789abc'],
])('content that has %s bytes than it should cuts the answer instead of leaving it open', async (_name, text) => {
  const read = async () =>
    (async function* () {
      yield new TextEncoder().encode(text)
    })()
  const response = await get({}, { read })
  await expect(response.arrayBuffer()).rejects.toMatchObject({ code: 'internal' })
})

test.each([
  'text/html',
  'image/svg+xml',
  'application/xhtml+xml',
  'text/xml',
  'application/pdf',
  null,
  'IMAGE/SVG+XML',
])('content of type %s cannot run in our origin', async (mimeType) => {
  const { headers } = await get({}, { mimeType })
  expect(headers.get('content-type')).toBe('application/octet-stream')
  expect(headers.get('content-disposition')).toMatch(/^attachment; /)
  expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test.each(['image/png', 'image/jpeg', 'video/mp4'])(
  '%s is shown in place, sandboxed all the same',
  async (mimeType) => {
    const { headers } = await get({}, { mimeType })
    expect(headers.get('content-type')).toBe(mimeType)
    expect(headers.get('content-disposition')).toMatch(/^inline; /)
    expect(headers.get('content-security-policy')).toMatch(/^sandbox/)
  },
)

test.each(['a b.png', 'naïve 🎈.png', 'line\nbreak".png', "it's (1).png", '\ud800.png'])(
  'the name %j travels in a header',
  async (name) => {
    const { headers } = await get({}, { name })
    const disposition = headers.get('content-disposition') ?? ''
    const encoded = /filename\*=UTF-8''([\w%.~!#$&+^`|-]+)$/.exec(disposition)?.[1]
    expect(decodeURIComponent(encoded ?? '')).toBe(name.toWellFormed())
  },
)
