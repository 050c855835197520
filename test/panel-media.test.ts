import { mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import {
  createTestDatabase,
  launchBrowser,
  makeTempFolder,
  type TempFolder,
  type TestDatabase,
  waitFor,
} from '@syncwatch/testkit'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { freePort, ServerProcess } from './support/server-process.ts'

// Conflicts, held plans, an asset's detail and the trash, as a person uses them on a folder that changes on both sides.

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
// Colours do not depend on the width, nor the layout on the theme.
const LOOKS = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 360 },
] as const
const TEXTS = 40

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
type Body = any

let folder: TempFolder
let data: TempFolder
let database: TestDatabase
let browser: Browser
let server: ServerProcess
let store: string

beforeAll(async () => {
  folder = await makeTempFolder('photos')
  data = await makeTempFolder('data')
  database = await createTestDatabase({ migrate: 'none' })
  browser = await launchBrowser()
  for (const [index, name] of ['both.jpg', 'one.jpg', 'two.jpg', 'gone.jpg', 'hats/red hat.jpg'].entries())
    await place(name, await picture(index * 60))
  for (let index = 0; index < TEXTS; index += 1) await place(`notes/${index}.txt`, `note ${index}`)
  server = new ServerProcess(['--data', data.path], await freePort(), { DATABASE_URL: database.url })
  await server.ready()
  store = (await send('POST', '/stores', { location: folder.path, name: 'Photos' })).id
  await sync()
  await changeOnBothSides('both.jpg', 'keep-both')
  await send('PATCH', `/stores/${store}`, { conflict_policy: 'manual' })
  // A run that began before that goes by the policy of before.
  await sync()
  await changeOnBothSides('one.jpg', 'held')
  await changeOnBothSides('two.jpg', 'held')
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await server?.end('SIGTERM')
  await folder?.remove()
  await data?.remove()
  await database?.drop()
})

it.each(LOOKS)('the inbox shows both sides with their pictures and what differs: $theme, $width px', async (look) => {
  const page = await open('/conflicts', look.theme, look.width)
  await page.locator('[data-conflict="both.jpg"]').waitFor()
  expect(await page.locator('[data-conflict]').count()).toBe(3)
  expect(await page.locator('nav [data-count]').getAttribute('data-count')).toBe('3')
  const one = page.locator('[data-conflict="one.jpg"]')
  await one.scrollIntoViewIfNeeded()
  await waitFor(() => one.locator('img').evaluateAll(areShown), { what: 'both pictures', timeoutMs: 20_000 })
  expect(await one.locator('[data-differs=true]').allTextContents()).toEqual([
    expect.stringMatching(/^Content/),
    expect.stringMatching(/^Size/),
    expect.stringMatching(/^Changed/),
  ])
  await shoot(page, `conflicts-${look.theme}-${look.width}`)
  await expectNoFault(page)
  await page.context().close()
})

it('conflicts are decided by keyboard, alone and several at once, and taken back', async () => {
  const page = await open('/conflicts', 'light', 1280)
  const both = page.locator('[data-conflict="both.jpg"]')
  // It can be reached before the connection stands, and pressed after that.
  await both.getByRole('button', { name: 'Keep store' }).focus()
  await both.getByRole('button', { name: 'Keep store', disabled: false }).waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep both')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await page.locator('[data-conflict="both.jpg"][data-state=resolved]').waitFor()
  expect((await conflict('both.jpg')).resolution).toBe('store')
  await page.locator('nav [data-count="2"]').waitFor()
  await both.getByRole('button', { name: /Undo/ }).click()
  await page.locator('[data-conflict="both.jpg"][data-state=open]').waitFor()
  await page.getByLabel('Select one.jpg').check()
  await page.getByLabel('Select two.jpg').check()
  const several = page.getByRole('group', { name: 'Decide several' })
  await several.getByText('2 selected').waitFor()
  await shoot(page, 'conflicts-selected-light-1280')
  await several.getByRole('button', { name: 'Keep library' }).click()
  await several.getByText('2 conflicts decided: keep library.').waitFor()
  await waitFor(async () => (await conflict('two.jpg')).applied_at !== null, { what: 'the run', timeoutMs: 30_000 })
  await page.locator('nav [data-count="1"]').waitFor()
  await page.locator('[data-conflict="one.jpg"][data-state=resolved]').waitFor()
  await page
    .locator('[data-conflict="two.jpg"][data-state=resolved]')
    .getByText('The library’s kept by local.', { exact: true })
    .waitFor()
  await shoot(page, 'conflicts-decided-light-1280')
  await several.getByRole('button', { name: 'Undo 2' }).click()
  await page.locator('[data-conflict="two.jpg"][data-state=undone]').waitFor()
  await page.getByRole('link', { name: 'Decided' }).click()
  await page.locator('[data-conflict="one.jpg"]').waitFor()
  expect(await page.locator('[data-conflict="both.jpg"]').count(), 'it is open again').toBe(0)
  await page.context().close()
}, 90_000)

it('a connection that is lost for a moment takes no focus away, and nothing is pressed meanwhile', async () => {
  const page = await open('/conflicts', 'light', 1280)
  const keep = page.locator('[data-conflict="both.jpg"]').getByRole('button', { name: 'Keep store' })
  await keep.and(page.getByRole('button', { disabled: false })).waitFor()
  await keep.focus()
  await page.context().setOffline(true)
  await keep.and(page.getByRole('button', { disabled: true })).waitFor()
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep store')
  await page.context().setOffline(false)
  await keep.and(page.getByRole('button', { disabled: false })).waitFor()
  expect((await conflict('both.jpg')).state).toBe('open')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep store')
  await page.context().close()
})

it.each(LOOKS)(
  'a side that was deleted, words that differ and a name without end are shown as what they are: $theme',
  async (look) => {
    const { id } = await asset('notes/1.txt')
    const words = {
      display_name: 'A',
      description: null,
      alt_text: 'A long text. '.repeat(20),
      tags: ['a', 'b'],
      custom: {},
    }
    const side = {
      sha256: 'ab'.repeat(32),
      size: 9,
      mime_type: 'image/jpeg',
      modified_at: null,
      version: null,
      revision: 1,
    }
    const long = `${'folder/'.repeat(12)}${'name'.repeat(30)}.jpg`
    const library = { ...side, key: long, metadata: words }
    const store_side = {
      ...library,
      metadata: { ...words, display_name: 'B', tags: ['b'], custom: { licence: 'CC0' } },
    }
    onTestFinished(async () => {
      await database.pool.query('DELETE FROM syncwatch.media_conflicts WHERE key = ANY ($1)', [[long, 'deleted.jpg']])
    })
    await insertConflict(id, long, library, store_side)
    await insertConflict((await asset('notes/2.txt')).id, 'deleted.jpg', library, null)
    const page = await open('/conflicts', look.theme, look.width)
    const deleted = page.locator('[data-conflict="deleted.jpg"]')
    await deleted.getByRole('button', { name: 'Delete it' }).waitFor()
    await deleted.getByText('Changed in the library, deleted in Photos.', { exact: false }).waitFor()
    const other = page.locator(`[data-conflict="${long}"]`)
    expect(await other.locator('[data-differs=true] th').allTextContents()).toEqual(['Title', 'Tags', 'licence'])
    await other.getByText('No picture').first().waitFor()
    await other.scrollIntoViewIfNeeded()
    await shoot(page, `conflicts-rare-${look.theme}-${look.width}`)
    await expectNoFault(page)
    await page.context().close()
  },
)

it('a decision that somebody else has made is refused with its reason, and shown', async () => {
  const page = await open('/conflicts', 'light', 1280)
  const both = page.locator('[data-conflict="both.jpg"]')
  await both.waitFor()
  await page.route('**/api/v1/conflicts?**', (route) => route.abort())
  await send('POST', `/conflicts/${(await conflict('both.jpg')).id}/resolve`, { resolution: 'both' })
  await both.getByRole('button', { name: 'Keep library' }).click()
  await both.getByText(/^Not done: .* was decided already by/).waitFor()
  await page.unroute('**/api/v1/conflicts?**')
  // Soon after it is seen that it was decided.
  await sync()
  await page.locator('[data-conflict="both.jpg"][data-state=resolved]').getByText('Both kept').waitFor()
  await page.context().close()
})

it('what a gate holds back stands on the overview with its numbers, and is approved on the page of the store', async () => {
  await sync()
  await rm(join(folder.path, 'notes'), { recursive: true })
  await sync()
  for (const look of LOOKS) {
    const page = await open('/', look.theme, look.width)
    const need = page.getByText(`${TEXTS} changes of Photos are held back: ${TEXTS} of`, { exact: false })
    await need.waitFor()
    await shoot(page, `needs-you-${look.theme}-${look.width}`)
    await expectNoFault(page)
    await page.getByRole('link', { name: 'Decide' }).first().click()
    await page.locator('[data-held]').first().waitFor()
    expect(await page.locator('[data-gate="4"]').textContent()).toMatch(/are missing in the store; \d+ may go/)
    expect(await page.locator('[data-held]').count()).toBe(TEXTS)
    await shoot(page, `held-${look.theme}-${look.width}`)
    await expectNoFault(page)
    await page.getByRole('button', { name: `Approve ${TEXTS} changes …` }).click()
    await expectNoFault(page)
    await shoot(page, `approve-${look.theme}-${look.width}`)
    if (look !== LOOKS[1]) await page.keyboard.press('Escape')
    else
      await page
        .getByRole('dialog')
        .getByRole('button', { name: `Approve ${TEXTS} changes` })
        .click()
    if (look === LOOKS[1]) await page.getByText(`${TEXTS} changes approved.`).waitFor()
    if (look === LOOKS[1]) await page.getByText('No safety gate holds anything back').waitFor({ timeout: 30_000 })
    await page.context().close()
  }
  expect((await send('GET', '/trash?limit=500')).items.length).toBeGreaterThanOrEqual(TEXTS)
}, 120_000)

it('a plan that was dropped holds nothing back any more, and nothing of it is done', async () => {
  for (let index = 0; index < TEXTS; index += 1) await place(`more/${index}.txt`, `more ${index}`)
  await sync()
  await rm(join(folder.path, 'more'), { recursive: true })
  await sync()
  const page = await open(`/stores/${store}`, 'light', 1280)
  await page.getByRole('button', { name: 'Drop' }).click()
  await page.locator('[data-decided]', { hasText: 'Dropped' }).waitFor()
  await page.getByText('No safety gate holds anything back').waitFor()
  expect((await send('GET', '/assets?search=more/&limit=500')).items).toHaveLength(TEXTS)
  await page.context().close()
}, 60_000)

it.each(LOOKS)('the detail of an asset has no fault that axe finds, and fits: $theme, $width px', async (look) => {
  const { id } = await asset('hats/red hat.jpg')
  const page = await open(`/library?asset=${id}`, look.theme, look.width)
  await page
    .locator('[data-replica=Photos]')
    .getByText(/Verified .* ago/)
    .waitFor()
  await shoot(page, `asset-${look.theme}-${look.width}`)
  await expectNoFault(page)
  await page.context().close()
})

it('an asset is described, moved and given back its earlier content; the stores follow', async () => {
  const { id } = await asset('hats/red hat.jpg')
  const page = await open('/library', 'light', 1280)
  await page.locator('[data-asset="hats/red hat.jpg"]').focus()
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog')
  await drawer.getByLabel('Alt text').fill('A red hat')
  await drawer.getByLabel('Tags', { exact: true }).fill('hat,')
  await drawer.getByLabel('Folder').fill('caps/2024')
  await drawer.getByRole('button', { name: 'Save' }).click()
  await drawer.getByText('Saved. The stores follow.').waitFor()
  expect(await detail(id)).toMatchObject({ key: 'caps/2024/red hat.jpg', alt_text: 'A red hat', tags: ['hat'] })
  await drawer.locator('[data-replica=Photos]').getByText('in sync').waitFor({ timeout: 30_000 })
  await waitFor(async () => (await replicas(id))[0].remote_key === 'caps/2024/red hat.jpg', { what: 'the move' })
  const before = (await detail(id)).sha256
  const file = { name: 'other.jpg', mimeType: 'image/jpeg', buffer: await picture(200) }
  await drawer.locator('input[type=file]').setInputFiles(file)
  await drawer.getByRole('button', { name: 'Replace', exact: true }).click()
  await drawer.getByText('Replaced. The stores follow.').waitFor()
  expect((await detail(id)).sha256).not.toBe(before)
  const version = drawer.locator('[data-version]')
  await version.waitFor()
  await waitFor(() => version.locator('img').evaluateAll(areShown), {
    what: 'the picture of the version',
    timeoutMs: 20_000,
  })
  await shoot(page, 'asset-versions-light-1280')
  await version.getByRole('button', { name: /^Restore the version/ }).click()
  await drawer.getByText(/It has its content of .* again/).waitFor()
  expect((await detail(id)).sha256).toBe(before)
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  expect(new URL(page.url()).search).toBe('')
  await page.context().close()
}, 90_000)

it('an edit on top of what somebody else changed says what, and overwrites nothing unseen', async () => {
  const { id } = await asset('one.jpg')
  const page = await open(`/library?asset=${id}`, 'dark', 360)
  const drawer = page.getByRole('dialog')
  await drawer.getByLabel('Title').fill('Mine')
  // Neither the live connection nor a question tells the page of it in time.
  await page.route(`**/api/v1/assets/${id}`, (route) =>
    route.request().method() === 'GET' ? route.abort() : route.fallback(),
  )
  const { revision } = await detail(id)
  await send('PATCH', `/assets/${id}`, { alt_text: 'Theirs', revision })
  await drawer.getByRole('button', { name: 'Save' }).click()
  await waitFor(async () => (await drawer.getByRole('alert').count()) > 0, { what: 'the refusal' })
  expect((await detail(id)).display_name, 'refused').toBe(null)
  await page.unroute(`**/api/v1/assets/${id}`)
  // Unless the live connection has made it read the asset again by itself.
  const again = drawer.getByRole('button', { name: 'Try again' })
  await again.click({ timeout: 5_000 }).catch(() => undefined)
  const overtaken = drawer.locator('[data-overtaken]')
  await overtaken.getByText('Theirs').waitFor()
  await overtaken.scrollIntoViewIfNeeded()
  await shoot(page, 'overtaken-dark-360')
  await expectNoFault(page)
  expect(await drawer.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await page.keyboard.press('Escape')
  await drawer.getByText('What you typed is not saved.').waitFor()
  await drawer.getByRole('button', { name: 'Keep editing' }).click()
  await overtaken.getByRole('button', { name: 'Keep mine on top of that' }).click()
  await drawer.getByRole('button', { name: 'Save' }).click()
  await drawer.getByText('Saved. The stores follow.').waitFor()
  expect(await detail(id)).toMatchObject({ display_name: 'Mine', alt_text: 'Theirs' })
  await page.context().close()
}, 60_000)

it('what the app uses is deleted only after it was said where; the trash gives it back, and removes for good', async () => {
  const { id } = await asset('gone.jpg')
  await send('POST', `/assets/${id}/usage`, { used_in: 'page', reference: '/about' })
  const page = await open(`/library?asset=${id}`, 'light', 1280)
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('button', { name: 'Delete …' }).click()
  await drawer.getByText('The app uses it in 1 place').waitFor()
  await drawer.locator('[data-confirm=delete]').scrollIntoViewIfNeeded()
  await shoot(page, 'delete-light-1280')
  await expectNoFault(page)
  await drawer.getByRole('button', { name: 'Delete although it is used' }).click()
  await drawer.getByRole('button', { name: 'Restore' }).waitFor()
  expect((await detail(id)).trashed_at).not.toBe(null)
  for (const look of LOOKS) {
    const trash = await open('/trash', look.theme, look.width)
    await trash.locator('[data-trashed="gone.jpg"]').waitFor()
    await trash.getByLabel('Select gone.jpg').check()
    await shoot(trash, `trash-${look.theme}-${look.width}`)
    await expectNoFault(trash)
    if (look === LOOKS[0]) {
      await trash.getByRole('button', { name: 'Restore' }).click()
      await trash.getByText('1 asset restored.').waitFor()
      expect((await detail(id)).trashed_at).toBe(null)
      await send('DELETE', `/assets/${id}?force=true`, undefined, (await detail(id)).revision)
    }
    if (look === LOOKS[1]) {
      await trash.getByRole('button', { name: 'Remove for good …' }).click()
      await expectNoFault(trash)
      await shoot(trash, `purge-${look.theme}-${look.width}`)
      await trash.getByRole('button', { name: 'Remove 1 asset for good' }).click()
      await trash.getByText('1 asset removed for good.').waitFor()
    }
    await trash.context().close()
  }
  expect((await send('GET', `/assets/${id}`)).code).toBe('asset_not_found')
  await page.context().close()
}, 90_000)

it('without a server nothing pretends to be done or known: lists say why they are not there, buttons wait', async () => {
  const { id } = await asset('two.jpg')
  const detailed = await open(`/library?asset=${id}`, 'dark', 360)
  await detailed.locator('[data-replica=Photos]').waitFor()
  const page = await open('/', 'light', 1280)
  await page.locator('main[data-live=true]').waitFor()
  await server.end('SIGTERM')
  await page.locator('main[data-live=false]').waitFor()
  await detailed.locator('[data-asset-detail][data-live=false]').waitFor()
  expect(await detailed.getByRole('button', { name: 'Delete …' }).isDisabled()).toBe(true)
  expect(await detailed.getByRole('button', { name: 'Delete …' }).getAttribute('title')).toBe(
    'Waits for the connection',
  )
  await detailed
    .getByText(/as of \d\d:\d\d:\d\d/)
    .first()
    .waitFor()
  await shoot(detailed, 'asset-offline-dark-360')
  for (const [link, what] of [
    ['Conflicts', 'The conflicts could not be loaded.'],
    ['Library', 'The library could not be loaded.'],
  ] as const) {
    await page.getByRole('link', { name: link }).first().click()
    await page.getByText(what).waitFor()
    await page.getByRole('button', { name: 'Try again' }).first().waitFor()
    expect(await page.getByText('Nothing waits for you.').count()).toBe(0)
  }
  await page.getByRole('link', { name: 'Trash' }).click()
  await page.getByText('The trash could not be loaded.').waitFor()
  expect(await page.getByText('The trash is empty').count()).toBe(0)
  await shoot(page, 'trash-offline-light-1280')
}, 60_000)

const areShown = (all: Element[]): boolean =>
  all.length > 0 && all.every((one) => one instanceof HTMLImageElement && one.complete && one.naturalWidth > 0)

async function picture(hue: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="900"><rect width="1200" height="900" fill="hsl(${hue},55%,45%)"/><circle cx="${300 + hue * 2}" cy="450" r="260" fill="hsl(${hue + 40},70%,70%)"/></svg>`
  return await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer()
}

async function place(key: string, content: string | Buffer): Promise<void> {
  const path = join(folder.path, key)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
  // At rest for a while, as a file is that nobody is writing any more.
  const time = new Date(Date.now() - 60_000 + Math.random() * 1_000)
  await utimes(path, time, time)
}

async function changeOnBothSides(key: string, outcome: string): Promise<void> {
  const { id, revision } = await asset(key)
  await place(key, await picture(Math.random() * 300))
  const bytes = await picture(Math.random() * 300 + 20)
  const answer = await fetch(`${server.url}/api/v1/assets/${id}/content`, {
    method: 'PUT',
    headers: { 'if-match': `"${revision}"` },
    body: new Uint8Array(bytes),
  })
  expect(answer.status).toBe(200)
  await sync()
  expect((await conflict(key)).outcome).toBe(outcome)
}

/** What takes long to come about by itself. */
async function insertConflict(assetId: string, key: string, library: object, other: object | null): Promise<void> {
  await database.pool.query(
    `INSERT INTO syncwatch.media_conflicts (store_id, asset_id, key, rule, outcome, library_side, store_side)
     VALUES ($1, $2, $3, 'R8', 'held', $4, $5)`,
    [store, assetId, key, JSON.stringify(library), other === null ? null : JSON.stringify(other)],
  )
}

async function send(method: string, path: string, body?: unknown, revision?: number): Promise<Body> {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(revision !== undefined && { 'if-match': `"${revision}"` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return await response.json()
}

/** Until a run that began after now has ended. */
async function sync(): Promise<void> {
  for (;;) {
    const asked = Date.now()
    const { id } = await send('POST', `/stores/${store}/sync`)
    const ended = await waitFor(
      async () => {
        const row = await send('GET', `/operations/${id}`)
        return row.end_time === null ? null : row
      },
      { what: 'the end of the run', timeoutMs: 60_000 },
    )
    expect(ended.status, ended.message).toBe('completed')
    if (Date.parse(ended.start_time) >= asked) return
  }
}

async function asset(key: string): Promise<Body> {
  return (await send('GET', `/assets?key=${encodeURIComponent(key)}`)).items[0]
}

const detail = (id: string): Promise<Body> => send('GET', `/assets/${id}`)

const replicas = async (id: string): Promise<Body> => (await send('GET', `/assets/${id}/replicas`)).items

async function conflict(key: string): Promise<Body> {
  const { items } = await send('GET', '/conflicts')
  return items.find((one: Body) => one.key === key)
}

async function expectNoFault(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
}

async function open(path: string, colorScheme: 'light' | 'dark', width: number): Promise<Page> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 860 } })
  const page = await context.newPage()
  await page.goto(`${server.url}${path}`)
  return page
}

/** A picture to look at, where `SCREENSHOTS` names a folder for it. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` })
}
