import { waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { areShown, type Body, expectNoFault, LOOKS, Panel, PHONE, picture, shoot } from './support/panel.ts'

// The detail of an asset and the trash, as a person uses them; and both without a server.

let panel: Panel
let store: string

beforeAll(async () => {
  panel = await Panel.start()
  for (const [index, name] of ['one.jpg', 'two.jpg', 'gone.jpg', 'hats/red hat.jpg'].entries())
    await panel.place(name, await picture(index * 60))
  store = (await panel.send('POST', '/stores', { location: panel.folder.path, name: 'Photos' })).id
  await panel.sync(store)
}, 240_000)

afterAll(() => panel?.stop())

it.each(LOOKS)('the detail of an asset has no fault that axe finds, and fits: $theme, $width px', async (look) => {
  const { id } = await panel.asset('hats/red hat.jpg')
  const page = await panel.open(`/library?asset=${id}`, look)
  await page
    .locator('[data-replica=Photos]')
    .getByText(/Verified .* ago/)
    .waitFor()
  await shoot(page, 'asset', look)
  await expectNoFault(page)
  await page.context().close()
})

it('an asset is described, moved and given back its earlier content; the stores follow', async () => {
  const { id } = await panel.asset('hats/red hat.jpg')
  const page = await panel.open('/library')
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
  await shoot(page, 'asset-versions')
  await version.getByRole('button', { name: /^Restore the version/ }).click()
  await drawer.getByText(/It has its content of .* again/).waitFor()
  expect((await detail(id)).sha256).toBe(before)
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  expect(new URL(page.url()).search).toBe('')
  await page.context().close()
}, 240_000)

it('an edit on top of what somebody else changed says what, and overwrites nothing unseen', async () => {
  const { id } = await panel.asset('one.jpg')
  const page = await panel.open(`/library?asset=${id}`, PHONE)
  const drawer = page.getByRole('dialog')
  await drawer.getByLabel('Title').fill('Mine')
  // Neither the live connection nor a question tells the page of it in time.
  await page.route(`**/api/v1/assets/${id}`, (route) =>
    route.request().method() === 'GET' ? route.abort() : route.fallback(),
  )
  const { revision } = await detail(id)
  await panel.send('PATCH', `/assets/${id}`, { alt_text: 'Theirs', revision })
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
  await shoot(page, 'overtaken', PHONE)
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
}, 240_000)

it('what the app uses is deleted only after it was said where; the trash gives it back, and removes for good', async () => {
  const { id } = await panel.asset('gone.jpg')
  await panel.send('POST', `/assets/${id}/usage`, { used_in: 'page', reference: '/about' })
  const page = await panel.open(`/library?asset=${id}`)
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('button', { name: 'Delete …' }).click()
  await drawer.getByText('The app uses it in 1 place').waitFor()
  await drawer.locator('[data-confirm=delete]').scrollIntoViewIfNeeded()
  await shoot(page, 'delete')
  await expectNoFault(page)
  await drawer.getByRole('button', { name: 'Delete although it is used' }).click()
  await drawer.getByRole('button', { name: 'Restore' }).waitFor()
  expect((await detail(id)).trashed_at).not.toBe(null)
  for (const look of LOOKS) {
    const trash = await panel.open('/trash', look)
    await trash.locator('[data-trashed="gone.jpg"]').waitFor()
    await trash.getByLabel('Select gone.jpg').check()
    await shoot(trash, 'trash', look)
    await expectNoFault(trash)
    if (look === LOOKS[0]) {
      await trash.getByRole('button', { name: 'Restore' }).click()
      await trash.getByText('1 asset restored.').waitFor()
      expect((await detail(id)).trashed_at).toBe(null)
      await panel.send('DELETE', `/assets/${id}?force=true`, undefined, (await detail(id)).revision)
    }
    if (look === LOOKS[1]) {
      // What a store has still is not removed.
      await waitFor(async () => !(await isInStore(id)), { what: 'the store to delete it', timeoutMs: 60_000 })
      await trash.getByRole('button', { name: 'Remove for good …' }).click()
      await expectNoFault(trash)
      await shoot(trash, 'purge', look)
      await trash.getByRole('button', { name: 'Remove 1 asset for good' }).click()
      await trash.getByText('1 asset removed for good.').waitFor()
    }
    await trash.context().close()
  }
  expect((await panel.send('GET', `/assets/${id}`)).code).toBe('asset_not_found')
  await page.context().close()
}, 240_000)

it('without a server nothing pretends to be done or known: lists say why they are not there, buttons wait', async () => {
  const { id } = await panel.asset('two.jpg')
  const detailed = await panel.open(`/library?asset=${id}`, PHONE)
  await detailed.locator('[data-replica=Photos]').waitFor()
  const page = await panel.open('/')
  await page.locator('main[data-live=true]').waitFor()
  // What was not loaded yet says so itself; this is about pages that are here.
  const pages = ['conflicts-page', 'library-page', 'trash-page']
  const areHere = async () => {
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
    return pages.every((name) => loaded.some((url) => url.includes(name)))
  }
  await waitFor(areHere, { what: 'the other pages' })
  await page.waitForLoadState('networkidle')
  await panel.server.end('SIGTERM')
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
  await shoot(detailed, 'asset-offline', PHONE)
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
  await shoot(page, 'trash-offline')
}, 240_000)

const detail = (id: string): Promise<Body> => panel.send('GET', `/assets/${id}`)

const replicas = async (id: string): Promise<Body> => (await panel.send('GET', `/assets/${id}/replicas`)).items

async function isInStore(id: string): Promise<boolean> {
  const { rows } = await panel.database.pool.query(
    "SELECT FROM syncwatch.media_replicas WHERE asset_id = $1 AND state = 'present'",
    [id],
  )
  return rows.length > 0
}
