import { gzipSync } from 'node:zlib'
import type { OperationRow } from '@syncwatch/core'
import { waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectNoFault, LOOKS, Panel, PHONE } from './support/panel.ts'
import { makePhotographs } from './support/photographs.ts'

let panel: Panel
let failed: OperationRow
let long: OperationRow

beforeAll(async () => {
  panel = await Panel.start({ fill: (folder) => makePhotographs(folder, 12) })
  const arrived = async () => (await panel.send('GET', '/assets?limit=100')).items.length === 12
  await waitFor(arrived, { what: 'the photographs to arrive', timeoutMs: 60_000 })
  const running = await create('upload')
  await post(`/${running.id}/progress`, { processed_items: 4, message: 'Uploading IMG_4123.jpg' })
  failed = await create('update')
  await post(`/${failed.id}/progress`, { processed_items: 3, failed_items: 2 })
  await post(`/${failed.id}/complete`, { status: 'failed', error_details: { message: 'The disk is full.' } })
  const endless = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(5)
  long = await create('upload', { triggered_by: endless, operation_key: endless })
  await post(`/${long.id}/progress`, { processed_items: 1, message: endless, phase: endless.slice(0, 60) })
  await post(`/${long.id}/complete`, { status: 'failed', error_details: { message: endless } })
}, 180_000)

afterAll(() => panel?.stop())

const pages = [
  ['/', '[data-kind=needs-you] h1'],
  ['/library', '[data-asset]'],
  ['/stores', '[data-store]'],
  ['/operations', '[data-operation]'],
  ['/operations/FAILED', '[data-page=operation]'],
  ['/operations/LONG', '[data-page=operation]'],
  ['/health', '[data-syncwatch=indicators][data-connection=connected]'],
  ['/nowhere', 'main h1'],
] as const

describe.each(LOOKS)('the panel, $theme, $width px', (look) => {
  it.each(pages)('%s has no fault that axe finds, and fits the window', async (path, sign) => {
    const page = await panel.open(path.replace('FAILED', failed.id).replace('LONG', long.id), look)
    await page.waitForSelector(sign)
    await expectNoFault(page)
    await page.context().close()
  })
})

it('begins with little of the program; the pages come when they are opened, and stay where the server is gone', async () => {
  const begin = await (await fetch(panel.server.url)).text()
  const scripts = [...begin.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path)
  expect(scripts.length).toBeGreaterThan(0)
  let bytes = 0
  for (const path of scripts) bytes += gzipSync(await (await fetch(`${panel.server.url}${path}`)).text()).length
  expect(bytes, 'bytes of script before the first page, gzipped').toBeLessThan(135_000)
  const page = await panel.open('/health')
  const loaded: string[] = []
  page.on('requestfinished', (request) => loaded.push(request.url()))
  await page.locator('main[data-live=true]').waitFor()
  await waitFor(async () => loaded.some((url) => url.includes('library-page')), { what: 'the pages that are not open' })
  await page.waitForLoadState('networkidle')
  await page.context().setOffline(true)
  await page.getByRole('link', { name: 'Library' }).first().click()
  await page.getByRole('heading', { name: 'Library', level: 1 }).waitFor()
  await page.context().close()
}, 120_000)

it('all that waits for a person can be seen, by an address of its own', async () => {
  for (let index = 0; index < 10; index += 1) {
    const { id } = await create('delete')
    await post(`/${id}/complete`, { status: 'failed', error_details: { message: `Refused ${index}.` } })
  }
  const page = await panel.open('/?hours=168')
  await page.getByText('Refused 9.').waitFor()
  await page.getByText('Refused 0.').waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Show all 12', exact: true }).click()
  await page.getByText('Refused 0.').waitFor()
  expect(new URL(page.url()).search).toBe('?hours=168&needs=all')
  await page.reload()
  await page.getByText('Refused 0.').waitFor()
  await page.getByRole('link', { name: 'Show the first alone' }).click()
  await page.getByText('Refused 0.').waitFor({ state: 'detached' })
  await page.context().close()
})

it('says of when its figures are, and shows no green, once the server is gone', async () => {
  const page = await panel.open('/')
  await page.waitForSelector('main[data-live=true]')
  const onPhone = await panel.open(`/operations/${failed.id}`, PHONE)
  await onPhone.waitForSelector('main[data-live=true] [data-page=operation]')
  await panel.server.end('SIGTERM')
  await onPhone
    .getByText(/^as of \d\d:\d\d:\d\d/)
    .first()
    .waitFor()
  expect(await onPhone.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  await page.waitForSelector('main[data-live=false]')
  await page.waitForFunction(() => /as of \d\d:\d\d:\d\d/.test(document.querySelector('main')?.textContent ?? ''))
  const button = page.getByRole('button', { name: 'Sync now' })
  expect(await button.isDisabled()).toBe(true)
  expect(await button.getAttribute('title')).toBe('Waits for the connection')
  const colours = await page
    .locator('body *')
    .evaluateAll((all) => all.flatMap((one) => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]))
  expect(colours).not.toContain('rgb(19, 121, 91)')
}, 60_000)

async function create(operation_type: OperationRow['operation_type'], more = {}): Promise<OperationRow> {
  return await post('', { operation_type, total_items: 10, triggered_by: 'admin', source: 'manual', ...more })
}

async function post(path: string, body: unknown): Promise<OperationRow> {
  const answer = await fetch(`${panel.server.url}/api/v1/operations${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.ok).toBe(true)
  return (await answer.json()) as OperationRow
}
