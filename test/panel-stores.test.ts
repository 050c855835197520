import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempFolder, waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { expectNoFault, LIGHT, LOOKS, Panel, PHONE, picture, shoot } from './support/panel.ts'

// Stores as an administrator works with them: connected, set up, paused, previewed, verified, disconnected.

let panel: Panel
let store: string

beforeAll(async () => {
  panel = await Panel.start()
  for (const [index, name] of ['one.jpg', 'two.jpg', 'hats/red hat.jpg'].entries())
    await panel.place(name, await picture(index * 70))
}, 180_000)

afterAll(() => panel?.stop())

it('a folder is tried and connected in the panel: what is wrong is said before anything is', async () => {
  const page = await panel.open('/stores')
  await page.getByText('No store is connected yet.').waitFor()
  await shoot(page, 'stores-empty')
  await expectNoFault(page)
  await page.getByRole('button', { name: 'Connect a folder …', disabled: false }).click()
  expect(new URL(page.url()).search).toBe('?add=true')
  const form = page.getByRole('dialog')
  await form.getByLabel('Folder on the server').fill('/does/not/exist')
  await form.getByRole('button', { name: 'Test the connection', disabled: false }).click()
  await form.locator('[data-test=false]', { hasText: 'The folder /does/not/exist does not exist.' }).waitFor()
  await shoot(page, 'stores-add')
  await expectNoFault(page)
  await form.getByLabel('Folder on the server').fill(panel.folder.path)
  await form.getByRole('button', { name: 'Test the connection' }).click()
  await form.locator('[data-test=true]').waitFor()
  expect((await panel.send('GET', '/stores')).items).toEqual([])
  await form.getByLabel('Name', { exact: true }).fill('Photos')
  await form.getByRole('button', { name: 'Connect and sync' }).click()
  await page.getByRole('heading', { name: 'Photos', level: 1 }).waitFor()
  const [made] = (await panel.send('GET', '/stores')).items
  store = made.id
  expect(made).toMatchObject({ name: 'Photos', mode: 'two-way', location: panel.folder.path })
  await page.getByText('3 assets, none differs').waitFor({ timeout: 60_000 })
  await page.context().close()
}, 240_000)

it.each(LOOKS)(
  'the list and the page of a store have no fault that axe finds, and fit: $theme, $width px',
  async (look) => {
    const page = await panel.open('/stores', look)
    await page.locator('[data-store=Photos]').getByText('none differs').waitFor()
    await shoot(page, 'stores', look)
    await expectNoFault(page)
    await page.getByRole('link', { name: 'Photos' }).click()
    await page.locator('[data-setting=schedule]').waitFor()
    await page.locator('[data-operation]').first().waitFor()
    await shoot(page, 'store', look)
    await expectNoFault(page)
    await page.context().close()
  },
)

it('settings are saved one by one and hold; nonsense is refused with its reason, and what stood there stands again', async () => {
  const page = await panel.open(`/stores/${store}`)
  const setting = (name: string) => page.locator(`[data-setting=${name}]`)
  await setting('mode').getByRole('combobox', { disabled: false }).selectOption('push')
  await setting('mode').getByText('Saved').waitFor()
  await setting('conflict_policy').getByRole('combobox').selectOption('manual')
  await setting('conflict_policy').getByText('Saved').waitFor()
  await setting('schedule').getByRole('combobox').selectOption('Every hour')
  await setting('schedule').getByText('Saved').waitFor()
  await setting('delete_limit').getByRole('textbox').fill('7')
  await page.keyboard.press('Enter')
  await setting('delete_limit').getByText('Saved').waitFor()
  // No run is to meet the folders that are tried here.
  await panel.send('PATCH', `/stores/${store}`, { paused: true })
  await panel.sync(store)
  await page.getByLabel('Only these folders').fill('hats\n\n caps/ ')
  await setting('prefixes').getByRole('button', { name: 'Save' }).click()
  await setting('prefixes').getByText('Saved').waitFor()
  await waitFor(async () => (await setting('prefixes').getByRole('textbox').inputValue()) === 'caps/\nhats/', {
    what: 'the folders as the server has them',
  })
  await page.getByLabel('Must be there before anything is deleted').fill('one.jpg')
  await page.keyboard.press('Enter')
  await setting('sentinel').getByText('Saved').waitFor()
  await setting('name').getByRole('textbox').fill('Pictures')
  await setting('name').getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Pictures', level: 1 }).waitFor()
  expect(await panel.send('GET', `/stores/${store}`)).toMatchObject({
    name: 'Pictures',
    mode: 'push',
    conflict_policy: 'manual',
    delete_limit: 7,
    schedule: '0 * * * *',
    prefixes: ['caps/', 'hats/'],
    sentinel: 'one.jpg',
  })
  await setting('prefixes').getByRole('textbox').fill('../hats')
  await setting('prefixes').getByRole('button', { name: 'Save' }).click()
  await setting('prefixes').getByRole('alert').filter({ hasText: 'leads out of the library' }).waitFor()
  await setting('prefixes').getByRole('textbox').fill('')
  await setting('prefixes').getByRole('button', { name: 'Save' }).click()
  await setting('prefixes').getByText('Saved').waitFor()
  await setting('schedule').getByRole('combobox').selectOption('Another …')
  await setting('schedule').getByRole('textbox').fill('every day')
  await setting('schedule').getByRole('button', { name: 'Save' }).click()
  await setting('schedule').getByRole('alert').filter({ hasText: 'is no schedule' }).waitFor()
  await shoot(page, 'store-settings-refused')
  // What the header happens to cover half of, at this place of the page, is no small target.
  await page.evaluate(() => scrollTo(0, 0))
  await expectNoFault(page)
  // What the server refuses is as it was: here a name that another store has.
  const other = await makeTempFolder('other')
  onTestFinished(() => other.remove())
  const { id } = await panel.send('POST', '/stores', { location: other.path, name: 'Other' })
  await setting('name').getByRole('textbox').fill('Other')
  await setting('name').getByRole('button', { name: 'Save' }).click()
  await setting('name').getByRole('alert').filter({ hasText: 'connected already' }).waitFor()
  await page.getByRole('heading', { name: 'Pictures', level: 1 }).waitFor()
  await panel.ended((await panel.send('POST', `/stores/${id}/sync`)).id)
  await panel.send('DELETE', `/stores/${id}`)
  await page.reload()
  expect(await setting('name').getByRole('textbox').inputValue()).toBe('Pictures')
  await panel.send('PATCH', `/stores/${store}`, {
    mode: 'two-way',
    conflict_policy: 'keep-both',
    delete_limit: null,
    sentinel: null,
    paused: false,
  })
  expect(await panel.send('GET', `/stores/${store}`)).toMatchObject({ prefixes: [], sentinel: null })
  await page.context().close()
}, 240_000)

it('a store is paused and goes on: it is shown at once, and taken back where that is refused', async () => {
  const page = await panel.open('/stores', PHONE)
  const line = page.locator('[data-store=Pictures]')
  await line.getByRole('button', { name: 'Pause Pictures', disabled: false }).click()
  await line.getByText('paused').waitFor()
  await waitFor(async () => (await panel.send('GET', `/stores/${store}`)).state === 'paused', { what: 'the pause' })
  await shoot(page, 'stores-paused', PHONE)
  await expectNoFault(page)
  await page.route('**/api/v1/stores/*', (route) =>
    route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: '{"code":"forbidden","detail":"Not yours."}',
    }),
  )
  await line.getByRole('button', { name: 'Resume Pictures' }).click()
  await line.getByRole('alert').filter({ hasText: 'Not yours.' }).waitFor()
  expect(await line.getByRole('button', { name: 'Resume Pictures' }).count(), 'still paused').toBe(1)
  await page.unroute('**/api/v1/stores/*')
  await line.getByRole('button', { name: 'Resume Pictures' }).click()
  await line.getByRole('button', { name: 'Pause Pictures' }).waitFor()
  await line.getByText('next run').waitFor()
  await page.context().close()
})

it('a preview says what a run would do, by kind, and does nothing of it; its address shows the same again', async () => {
  await panel.send('PATCH', `/stores/${store}`, { paused: true })
  await panel.place('new.txt', 'new')
  const one = await panel.asset('one.jpg')
  await panel.send('POST', '/assets/delete', { assets: [{ id: one.id, revision: one.revision }], count: 1 })
  const page = await panel.open(`/stores/${store}`)
  await page.getByRole('button', { name: 'Preview a run', disabled: false }).click()
  await page.locator('[data-preview="2"]').waitFor({ timeout: 30_000 })
  await page.locator('[data-fate=delete]').click()
  expect(
    await page.locator('[data-previewed]').evaluateAll((all) => all.map((row) => row.getAttribute('data-previewed'))),
  ).toEqual(['one.jpg'])
  const address = new URL(page.url())
  for (const look of LOOKS) {
    const again = await panel.open(address.pathname + address.search, look)
    await again.locator('[data-previewed="one.jpg"]').waitFor({ timeout: 30_000 })
    expect(await again.locator('[data-previewed]').count()).toBe(1)
    await again.locator('[data-preview]').scrollIntoViewIfNeeded()
    await shoot(again, 'store-preview', look)
    await expectNoFault(again)
    await again.context().close()
  }
  expect(await panel.asset('new.txt'), 'nothing was done').toBe(undefined)
  await page.getByRole('button', { name: 'Close' }).click()
  expect(new URL(page.url()).search).toBe('')
  await page.context().close()
}, 240_000)

it('a verification says what is missing on which side and what differs, and changes neither', async () => {
  await rm(join(panel.folder.path, 'two.jpg'))
  await panel.place('hats/red hat.jpg', await picture(300))
  const page = await panel.open(`/stores/${store}`)
  await page.getByRole('button', { name: 'Verify the content', disabled: false }).click()
  await page.locator('[data-verified=completed]').waitFor({ timeout: 60_000 })
  const found = (title: string) => page.locator(`[data-found="${title}"] li`).allTextContents()
  await waitFor(async () => (await found('Missing in the store')).length > 0, { what: 'the findings' })
  expect(await found('Missing in the store')).toEqual(['two.jpg'])
  expect(await found('Differs')).toEqual(['hats/red hat.jpg'])
  expect((await found('Missing in the library')).sort()).toEqual(['new.txt', 'one.jpg'])
  expect(new URL(page.url()).searchParams.get('verify')).not.toBe(null)
  for (const look of LOOKS) {
    const again = await panel.open(new URL(page.url()).pathname + new URL(page.url()).search, look)
    await again.locator('[data-found=Differs]').waitFor()
    await again.locator('[data-verified]').scrollIntoViewIfNeeded()
    await shoot(again, 'store-verified', look)
    // What the header happens to cover half of, at this place of the page, is no small target.
    await again.evaluate(() => scrollTo(0, 0))
    await expectNoFault(again)
    await again.context().close()
  }
  expect(await panel.asset('two.jpg'), 'nothing was done').toBeDefined()
  await page.context().close()
}, 240_000)

it('without the server a store says of when it is, and nothing of it can be changed', async () => {
  const page = await panel.open(`/stores/${store}`)
  await page.locator('main[data-live=true]').waitFor()
  await page.locator('[data-operation]').first().waitFor()
  await page.context().setOffline(true)
  await page.locator('main[data-live=false]').waitFor({ timeout: 60_000 })
  for (const name of ['Sync now', 'Preview a run', 'Verify', 'Disconnect …']) {
    const button = page.getByRole('button', { name, exact: true })
    expect([name, await button.getAttribute('title')]).toEqual([name, 'Waits for the connection'])
    expect(await button.isDisabled()).toBe(true)
  }
  expect(await page.locator('[data-setting=mode] select').isDisabled()).toBe(true)
  await shoot(page, 'store-offline', LIGHT)
  await expectNoFault(page)
  await page.context().close()
}, 240_000)

it('a store is disconnected after a question, and both sides keep their files', async () => {
  const page = await panel.open(`/stores/${store}`)
  await page.getByRole('button', { name: 'Disconnect …', disabled: false }).click()
  await expectNoFault(page)
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect', exact: true }).click()
  await page.getByText('No store is connected yet.').waitFor()
  expect(await panel.asset('two.jpg')).toBeDefined()
  await page.context().close()
})
