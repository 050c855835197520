import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectNoFault, LOOKS, Panel, picture, shoot, watchMissing } from './support/panel.ts'

// What safety gates hold back, as a person decides it.

const TEXTS = 40

let panel: Panel
let store: string

beforeAll(async () => {
  panel = await Panel.start()
  for (const [index, name] of ['one.jpg', 'two.jpg'].entries()) await panel.place(name, await picture(index * 60))
  for (let index = 0; index < TEXTS; index += 1) await panel.place(`notes/${index}.txt`, `note ${index}`)
  store = (await panel.send('POST', '/stores', { location: panel.folder.path, name: 'Photos' })).id
  await panel.sync(store)
}, 240_000)

afterAll(() => panel?.stop())

it('what a gate holds back stands on the overview with its numbers, and is approved on the page of the store', async () => {
  await panel.whilePaused(store, () => rm(join(panel.folder.path, 'notes'), { recursive: true }))
  for (const look of LOOKS) {
    const page = await panel.open('/', look)
    const missing = watchMissing(page)
    const need = page.getByText(`${TEXTS} changes of Photos are held back: ${TEXTS} of`, { exact: false })
    await need.waitFor()
    await shoot(page, 'needs-you', look)
    await expectNoFault(page)
    await page.getByRole('link', { name: 'Decide' }).first().click()
    await page.locator('[data-held]').first().waitFor()
    expect(await page.locator('[data-gate="4"]').textContent()).toMatch(/are missing in the store; \d+ may go/)
    expect(await page.locator('[data-held]').count()).toBe(TEXTS)
    expect(missing, 'no picture is asked for where there is none').toEqual([])
    await shoot(page, 'held', look)
    await expectNoFault(page)
    await page.getByRole('button', { name: `Approve ${TEXTS} changes …` }).click()
    await expectNoFault(page)
    await shoot(page, 'approve', look)
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
  expect((await panel.send('GET', '/trash?limit=500')).items.length).toBeGreaterThanOrEqual(TEXTS)
}, 240_000)

it('a plan that was dropped holds nothing back any more, and nothing of it is done', async () => {
  for (let index = 0; index < TEXTS; index += 1) await panel.place(`more/${index}.txt`, `more ${index}`)
  await panel.whilePaused(store, () => rm(join(panel.folder.path, 'more'), { recursive: true }))
  const page = await panel.open(`/stores/${store}`)
  await page.getByRole('button', { name: 'Drop' }).click()
  await page.locator('[data-decided]', { hasText: 'Dropped' }).waitFor()
  await page.getByText('No safety gate holds anything back').waitFor()
  expect((await panel.send('GET', '/assets?search=more/&limit=500')).items).toHaveLength(TEXTS)
  await page.context().close()
}, 240_000)
