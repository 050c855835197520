import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import type { OperationRow } from '@syncwatch/core'
import { launchBrowser, makeTempFolder, type TempFolder, waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePhotographs } from './support/photographs.ts'
import { freePort, ServerProcess } from './support/server-process.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
// Colours do not depend on the width, nor the layout on the theme.
const looks = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 360 },
] as const

let folder: TempFolder
let data: TempFolder
let browser: Browser
let server: ServerProcess
let failed: OperationRow
let long: OperationRow

beforeAll(async () => {
  folder = await makeTempFolder('photographs')
  data = await makeTempFolder('data')
  await makePhotographs(folder.path, 12)
  browser = await launchBrowser()
  server = new ServerProcess(['--folder', folder.path, '--data', data.path], await freePort())
  await server.ready()
  await waitFor(async () => (await library()).length === 12, { what: 'the photographs to arrive', timeoutMs: 60_000 })
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

afterAll(async () => {
  await browser?.close()
  await server?.end('SIGTERM')
  await folder?.remove()
  await data?.remove()
})

const pages = [
  ['/', '[data-kind=needs-you] h1'],
  ['/library', '[data-asset]'],
  ['/operations', '[data-operation]'],
  ['/operations/FAILED', '[data-page=operation]'],
  ['/operations/LONG', '[data-page=operation]'],
  ['/health', '[data-syncwatch=indicators][data-connection=connected]'],
  ['/nowhere', 'main h1'],
] as const

describe.each(looks)('the panel, $theme, $width px', ({ theme, width }) => {
  it.each(pages)('%s has no fault that axe finds, and fits the window', async (path, sign) => {
    const page = await open(path.replace('FAILED', failed.id).replace('LONG', long.id), theme, width)
    await page.waitForSelector(sign)
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await page.context().close()
  })
})

it('says of when its figures are, and shows no green, once the server is gone', async () => {
  const page = await open('/', 'light', 1280)
  await page.waitForSelector('[data-kind=needs-you] h1')
  await server.end('SIGTERM')
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

async function open(path: string, colorScheme: 'light' | 'dark', width: number): Promise<Page> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 860 } })
  const page = await context.newPage()
  await page.goto(`${server.url}${path}`)
  return page
}

async function library(): Promise<unknown[]> {
  return (await server.json<{ items: unknown[] }>('/api/v1/assets?limit=100')).items
}

async function create(operation_type: OperationRow['operation_type'], more = {}): Promise<OperationRow> {
  return await post('', { operation_type, total_items: 10, triggered_by: 'admin', source: 'manual', ...more })
}

async function post(path: string, body: unknown): Promise<OperationRow> {
  const answer = await fetch(`${server.url}/api/v1/operations${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.ok).toBe(true)
  return (await answer.json()) as OperationRow
}
