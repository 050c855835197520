import type { Locator, Page } from '@playwright/test'
import { waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { areShown, expectNoFault, LOOKS, Panel, PHONE, picture, shoot } from './support/panel.ts'

// The library as a person searches it, narrows it, and works on many assets at a time.

let panel: Panel
let store: string

beforeAll(async () => {
  panel = await Panel.start()
  for (let index = 0; index < 8; index += 1) await panel.place(`hats/hat ${index}.jpg`, await picture(index * 40))
  for (let index = 0; index < 4; index += 1) await panel.place(`notes/note ${index}.txt`, `note ${index}`)
  await panel.place('2024.txt', 'a name of digits')
  store = (await panel.send('POST', '/stores', { location: panel.folder.path, name: 'Photos' })).id
  await panel.sync(store)
}, 180_000)

afterAll(() => panel?.stop())

const keysOf = (page: Page): Promise<string[]> =>
  page.locator('[data-asset]').evaluateAll((all) => all.map((one) => one.getAttribute('data-asset') ?? '').sort())

async function boxOf(one: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  return (await one.boundingBox()) ?? expect.unreachable('it is not shown')
}

async function expectKeys(page: Page, keys: readonly string[]): Promise<void> {
  let seen: string[] = []
  await waitFor(
    async () => {
      seen = await keysOf(page)
      return JSON.stringify(seen) === JSON.stringify([...keys].sort())
    },
    { what: `${keys.length} assets`, timeoutMs: 20_000 },
  ).catch((error: Error) => {
    expect(seen, error.message).toEqual([...keys].sort())
  })
}

const hats = Array.from({ length: 8 }, (_, index) => `hats/hat ${index}.jpg`)
const notes = Array.from({ length: 4 }, (_, index) => `notes/note ${index}.txt`)

it('what is typed is searched for, in the address too, and what comes in later joins only where it fits', async () => {
  const page = await panel.open('/library')
  await expectKeys(page, [...hats, ...notes, '2024.txt'])
  await page.getByRole('searchbox', { name: 'Search' }).fill('NOTE')
  await expectKeys(page, notes)
  expect(new URL(page.url()).searchParams.get('search')).toBe('NOTE')
  await panel.place('notes/note 9.txt', 'one more')
  await panel.place('other.txt', 'not one more')
  await panel.sync(store)
  expect(await panel.asset('notes/note 9.txt')).toMatchObject({ folder: 'notes' })
  await expectKeys(page, [...notes, 'notes/note 9.txt'])
  await page.getByRole('searchbox', { name: 'Search' }).fill('2024')
  await expectKeys(page, ['2024.txt'])
  await page.reload()
  await expectKeys(page, ['2024.txt'])
  expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('2024')
  await page.getByRole('searchbox', { name: 'Search' }).fill('nothing like it')
  await page.getByText('No asset is like that.').waitFor()
  await expectNoFault(page)
  await page.getByRole('link', { name: 'Show the whole library' }).click()
  await expectKeys(page, [...hats, ...notes, 'notes/note 9.txt', 'other.txt', '2024.txt'])
  await page.context().close()
}, 240_000)

it.each(LOOKS)(
  'it is narrowed by folder, type and state, and has no fault that axe finds: $theme, $width px',
  async (look) => {
    const page = await panel.open('/library?folder=hats', look)
    await expectKeys(page, hats)
    await page.getByLabel('Type').selectOption('Other files')
    await expectKeys(page, [])
    await page.getByLabel('Folder').selectOption('not in a folder (2)')
    await expectKeys(page, ['2024.txt', 'other.txt'])
    await page.getByLabel('State').selectOption('Differs')
    await page.getByText('No asset is like that.').waitFor()
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      folder: '/',
      type: 'other',
      state: 'differs',
    })
    await page.goto(`${panel.server.url}/library?type=image`)
    await expectKeys(page, hats)
    await page.getByLabel('Select hats/hat 3.jpg').focus()
    await page.keyboard.press('Space')
    await page.getByText('1 selected').waitFor()
    await shoot(page, 'library-selected', look)
    await expectNoFault(page)
    // The detail opens over what is shown, and leaves it as it was.
    await page.locator('[data-asset="hats/hat 2.jpg"]').click()
    await page.getByRole('dialog').getByLabel('Alt text').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(new URL(page.url()).search).toBe('?type=image')
    await page.getByText('1 selected').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('Select what is loaded').waitFor()
    await page.context().close()
  },
  240_000,
)

it('a range is deleted into the trash and had back; what is refused is in its place again, with the reason', async () => {
  const page = await panel.open('/library?folder=hats')
  await expectKeys(page, hats)
  const shown = await page
    .locator('[data-asset]')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-asset')))
  await page.getByLabel(`Select ${shown[1]}`).check({ force: true })
  await page.getByLabel(`Select ${shown[4]}`).click({ force: true, modifiers: ['Shift'] })
  await page.getByText('4 selected').waitFor()
  await page.getByRole('button', { name: 'Delete …', disabled: false }).click()
  const question = page.getByRole('dialog')
  await question.getByText('4 assets, ').waitFor()
  await shoot(page, 'library-delete')
  await expectNoFault(page)
  await question.getByRole('button', { name: 'Delete 4 assets' }).click()
  const bar = page.getByRole('group', { name: 'What is selected' })
  await bar.getByText('4 assets put into the trash.').waitFor()
  await expectKeys(
    page,
    hats.filter((key) => !shown.slice(1, 5).includes(key)),
  )
  expect((await panel.send('GET', '/trash')).items).toHaveLength(4)
  await bar.getByRole('button', { name: 'Undo' }).click()
  await bar.getByText('4 assets restored.').waitFor()
  await expectKeys(page, hats)
  expect((await panel.send('GET', '/trash')).items).toHaveLength(0)

  await page.route('**/api/v1/assets/delete', (route) =>
    route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: '{"code":"revision_stale","detail":"Changed since."}',
    }),
  )
  await page.getByLabel(`Select ${shown[0]}`).check({ force: true })
  await page.getByRole('button', { name: 'Delete …' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete 1 asset' }).click()
  await bar.getByRole('alert').filter({ hasText: 'Not done: Changed since.' }).waitFor()
  await expectKeys(page, hats)
  await page.unroute('**/api/v1/assets/delete')

  const used = await panel.asset(String(shown[0]))
  await panel.send('POST', `/assets/${used.id}/usage`, { used_in: 'page', reference: '/about' })
  await page.getByRole('button', { name: 'Delete …' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete 1 asset' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete although they are used' }).click()
  await bar.getByText('1 asset put into the trash.').waitFor()
  await bar.getByRole('button', { name: 'Undo' }).click()
  await expectKeys(page, hats)
  await page.context().close()
}, 240_000)

it('assets are collected, shown as a collection of their own, and taken out again', async () => {
  const page = await panel.open('/library?folder=notes')
  await page.locator('[data-asset]').first().waitFor()
  await page.getByLabel('Select notes/note 1.txt').check({ force: true })
  await page.getByLabel('Select notes/note 2.txt').check({ force: true })
  await page.getByRole('button', { name: 'Add to a collection …', disabled: false }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('A new collection').fill('Autumn')
  await shoot(page, 'library-collect')
  await expectNoFault(page)
  await dialog.getByRole('button', { name: 'Make it and add' }).click()
  await page.getByText('2 assets added to Autumn.').waitFor()
  await page.getByLabel('Collection').selectOption('Autumn (2)')
  await expectKeys(page, ['notes/note 1.txt', 'notes/note 2.txt'])
  for (const look of LOOKS) {
    const again = await panel.open(new URL(page.url()).pathname + new URL(page.url()).search, look)
    await expectKeys(again, ['notes/note 1.txt', 'notes/note 2.txt'])
    await shoot(again, 'library-collection', look)
    await expectNoFault(again)
    await again.context().close()
  }
  await page.getByLabel('Select notes/note 1.txt').check({ force: true })
  await page.getByRole('button', { name: 'Take out of Autumn' }).click()
  await page.getByText('1 asset taken out of Autumn.').waitFor()
  await expectKeys(page, ['notes/note 2.txt'])
  expect(await panel.asset('notes/note 1.txt'), 'it stays in the library').toBeDefined()
  await page.getByRole('button', { name: 'Edit the collection …' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Winter')
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  await page.getByLabel('Collection').locator('option', { hasText: 'Winter (1)' }).waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Edit the collection …' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the collection' }).click()
  await waitFor(async () => (await panel.send('GET', '/collections')).items.length === 0, { what: 'it to be gone' })
  await waitFor(() => new URL(page.url()).search === '', { what: 'the whole library' })
  await page.context().close()
}, 240_000)

it('what is deleted elsewhere leaves a grid that is open, also where the topic has forgotten it', async () => {
  const page = await panel.open('/library')
  await page.locator('[data-asset="notes/note 2.txt"]').waitFor()
  // In this part of the library, and not among what changed last.
  await panel.database.pool.query(
    `INSERT INTO syncwatch.media_assets (key, size, mime_type)
     SELECT 'later/file ' || n || '.bin', n, 'application/octet-stream' FROM generate_series(1, 600) n`,
  )
  const narrow = await panel.open('/library?folder=notes')
  await narrow.locator('[data-asset="notes/note 2.txt"]').waitFor()
  const { id, revision } = await panel.asset('notes/note 2.txt')
  await panel.send('DELETE', `/assets/${id}`, undefined, revision)
  await narrow.locator('[data-asset="notes/note 2.txt"]').waitFor({ state: 'detached' })
  await page.context().close()
  await narrow.context().close()
}, 240_000)

it('of thousands of assets only those near the window are in the page, however far it is scrolled', async () => {
  await panel.database.pool.query(
    `INSERT INTO syncwatch.media_assets (key, size, mime_type)
     SELECT 'many/file ' || n || '.bin', n, 'application/octet-stream' FROM generate_series(1, 3000) n`,
  )
  const page = await panel.open('/library?folder=many', PHONE)
  await page.locator('[data-asset]').first().waitFor()
  await waitFor(
    async () => {
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
      return (await page.locator('[data-loaded="3000"]').count()) === 1
    },
    { what: 'the last page', timeoutMs: 60_000 },
  )
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
  await page.locator('[data-asset]').last().waitFor()
  expect(await page.locator('[data-asset]').count()).toBeLessThan(60)
  await page.context().close()
}, 240_000)

it.each(LOOKS)(
  'tall pictures keep to their frames, and long names of folders to the page: $theme, $width px',
  async (look) => {
    const folder = 'a folder with a name that somebody gave it without thinking of those who look at it on a phone'
    const key = `${folder}/tall.jpg`
    await panel.place(key, await picture(30, 2400))
    await panel.sync(store)
    const { id } = await panel.asset(key)
    await waitFor(async () => (await panel.send('GET', `/assets/${id}`)).thumbnail === 'done', {
      what: 'its thumbnail',
    })
    const page = await panel.open('/library', look)
    const shown = page.locator(`[data-asset="${key}"] img`)
    await waitFor(() => shown.evaluateAll(areShown), { what: 'the picture', timeoutMs: 20_000 })
    await expectNoFault(page)
    await shoot(page, 'library-tall', look)
    const [tile, image] = [await boxOf(page.locator(`[data-asset="${key}"]`)), await boxOf(shown)]
    expect(image.height / image.width).toBeCloseTo(0.75, 1)
    expect(image.y + image.height).toBeLessThan(tile.y + tile.height)
    await page.locator(`[data-asset="${key}"]`).click()
    const detail = page.getByRole('dialog').locator('img').first()
    await waitFor(() => detail.evaluateAll(areShown), { what: 'the picture of the detail', timeoutMs: 20_000 })
    const whole = await boxOf(detail)
    expect(whole.height / whole.width).toBeCloseTo(10 / 16, 1)
    await page.context().close()
  },
)
