import type { Page } from '@playwright/test'
import { waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { areShown, expectNoFault, LOOKS, Panel, picture, shoot } from './support/panel.ts'

// Conflicts, as a person decides them on a folder that changes on both sides.

let panel: Panel
let store: string

beforeAll(async () => {
  panel = await Panel.start()
  for (const [index, name] of ['both.jpg', 'one.jpg', 'two.jpg'].entries())
    await panel.place(name, await picture(index * 60))
  for (const index of [1, 2]) await panel.place(`notes/${index}.txt`, `note ${index}`)
  store = (await panel.send('POST', '/stores', { location: panel.folder.path, name: 'Photos' })).id
  await panel.sync(store)
  await panel.changeOnBothSides(store, 'both.jpg', 'keep-both')
  await panel.send('PATCH', `/stores/${store}`, { conflict_policy: 'manual' })
  // A run that began before that goes by the policy of before.
  await panel.sync(store)
  await panel.changeOnBothSides(store, 'one.jpg', 'held')
  await panel.changeOnBothSides(store, 'two.jpg', 'held')
}, 240_000)

afterAll(() => panel?.stop())

it.each(LOOKS)('the inbox shows both sides with their pictures and what differs: $theme, $width px', async (look) => {
  const page = await panel.open('/conflicts', look)
  await page.locator('[data-conflict="both.jpg"]').waitFor()
  expect(await page.locator('[data-conflict]').count()).toBe(3)
  expect(await page.locator('nav [data-count]').getAttribute('data-count')).toBe('3')
  if (look.width === 360) await expectNoRoomTaken(page, 'nav [data-count]')
  const one = page.locator('[data-conflict="one.jpg"]')
  await one.scrollIntoViewIfNeeded()
  await waitFor(() => one.locator('img').evaluateAll(areShown), { what: 'both pictures', timeoutMs: 20_000 })
  expect(await one.locator('[data-differs=true]').allTextContents()).toEqual([
    expect.stringMatching(/^Content/),
    expect.stringMatching(/^Size/),
    expect.stringMatching(/^Changed/),
  ])
  await shoot(page, 'conflicts', look)
  await expectNoFault(page)
  await page.context().close()
})

/** On a phone the names of the pages fill their line: what stands beside them must not push the last one out. */
async function expectNoRoomTaken(page: Page, what: string): Promise<void> {
  const widths = await page.locator(what).evaluate((one: HTMLElement) => {
    const link = one.closest('a') as HTMLElement
    const before = link.offsetWidth
    one.style.display = 'none'
    const after = link.offsetWidth
    one.style.display = ''
    return [before, after]
  })
  expect(widths[0]).toBe(widths[1])
}

it('conflicts are decided by keyboard, alone and several at once, and taken back', async () => {
  const page = await panel.open('/conflicts')
  const both = page.locator('[data-conflict="both.jpg"]')
  // It can be reached before the connection stands, and pressed after that.
  await both.getByRole('button', { name: 'Keep store' }).focus()
  await both.getByRole('button', { name: 'Keep store', disabled: false }).waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep both')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Enter')
  await page.locator('[data-conflict="both.jpg"][data-state=resolved]').waitFor()
  expect((await panel.conflict('both.jpg')).resolution).toBe('store')
  await page.locator('nav [data-count="2"]').waitFor()
  await both.getByRole('button', { name: /Undo/ }).click()
  await page.locator('[data-conflict="both.jpg"][data-state=open]').waitFor()
  await page.getByLabel('Select one.jpg').check()
  await page.getByLabel('Select two.jpg').check()
  const several = page.getByRole('group', { name: 'Decide several' })
  await several.getByText('2 selected').waitFor()
  await shoot(page, 'conflicts-selected')
  await several.getByRole('button', { name: 'Keep library' }).click()
  await several.getByText('2 conflicts decided: keep library.').waitFor()
  await waitFor(async () => (await panel.conflict('two.jpg')).applied_at !== null, {
    what: 'the run',
    timeoutMs: 30_000,
  })
  await page.locator('nav [data-count="1"]').waitFor()
  await page.locator('[data-conflict="one.jpg"][data-state=resolved]').waitFor()
  await page
    .locator('[data-conflict="two.jpg"][data-state=resolved]')
    .getByText('The library’s kept by local.', { exact: true })
    .waitFor()
  await shoot(page, 'conflicts-decided')
  await several.getByRole('button', { name: 'Undo 2' }).click()
  await page.locator('[data-conflict="two.jpg"][data-state=undone]').waitFor()
  await page.getByRole('link', { name: 'Decided' }).click()
  await page.locator('[data-conflict="one.jpg"]').waitFor()
  expect(await page.locator('[data-conflict="both.jpg"]').count(), 'it is open again').toBe(0)
  await page.context().close()
}, 240_000)

it('a connection that is lost for a moment takes no focus away, and nothing is pressed meanwhile', async () => {
  const page = await panel.open('/conflicts')
  const keep = page.locator('[data-conflict="both.jpg"]').getByRole('button', { name: 'Keep store' })
  await keep.and(page.getByRole('button', { disabled: false })).waitFor()
  await keep.focus()
  await page.context().setOffline(true)
  await keep.and(page.getByRole('button', { disabled: true })).waitFor()
  await page.keyboard.press('Enter')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep store')
  await page.context().setOffline(false)
  await keep.and(page.getByRole('button', { disabled: false })).waitFor()
  expect((await panel.conflict('both.jpg')).state).toBe('open')
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep store')
  await page.context().close()
})

it.each(LOOKS)(
  'a side that was deleted, words that differ and a name without end are shown as what they are: $theme',
  async (look) => {
    const { id } = await panel.asset('notes/1.txt')
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
      await panel.database.pool.query('DELETE FROM syncwatch.media_conflicts WHERE key = ANY ($1)', [
        [long, 'deleted.jpg'],
      ])
    })
    await insertConflict(id, long, library, store_side)
    await insertConflict((await panel.asset('notes/2.txt')).id, 'deleted.jpg', library, null)
    const page = await panel.open('/conflicts', look)
    const deleted = page.locator('[data-conflict="deleted.jpg"]')
    await deleted.getByRole('button', { name: 'Delete it' }).waitFor()
    await deleted.getByText('Changed in the library, deleted in Photos.', { exact: false }).waitFor()
    const other = page.locator(`[data-conflict="${long}"]`)
    expect(await other.locator('[data-differs=true] th').allTextContents()).toEqual(['Title', 'Tags', 'licence'])
    await other.getByText('No picture').first().waitFor()
    await other.scrollIntoViewIfNeeded()
    await shoot(page, 'conflicts-rare', look)
    await expectNoFault(page)
    await page.context().close()
  },
)

it('a decision that somebody else has made is refused with its reason, and shown', async () => {
  const page = await panel.open('/conflicts')
  const both = page.locator('[data-conflict="both.jpg"]')
  await both.waitFor()
  await page.route('**/api/v1/conflicts?**', (route) => route.abort())
  await panel.send('POST', `/conflicts/${(await panel.conflict('both.jpg')).id}/resolve`, { resolution: 'both' })
  await both.getByRole('button', { name: 'Keep library' }).click()
  await both.getByText(/^Not done: .* was decided already by/).waitFor()
  await page.unroute('**/api/v1/conflicts?**')
  // Soon after it is seen that it was decided.
  await panel.sync(store)
  await page.locator('[data-conflict="both.jpg"][data-state=resolved]').getByText('Both kept').waitFor()
  await page.context().close()
})

/** What takes long to come about by itself. */
async function insertConflict(assetId: string, key: string, library: object, other: object | null): Promise<void> {
  await panel.database.pool.query(
    `INSERT INTO syncwatch.media_conflicts (store_id, asset_id, key, rule, outcome, library_side, store_side)
     VALUES ($1, $2, $3, 'R8', 'held', $4, $5)`,
    [store, assetId, key, JSON.stringify(library), other === null ? null : JSON.stringify(other)],
  )
}
