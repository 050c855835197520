import { readFileSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page, Route } from '@playwright/test'
import { launchBrowser } from '@syncwatch/testkit'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, it } from 'vitest'

const here = new URL('./', import.meta.url).pathname
const PROGRAM = `
  import { createElement } from 'react'
  import { createRoot } from 'react-dom/client'
  import { CompactSyncIndicator, FloatingSyncStatus, SyncStatusProvider } from '${here}../src/index.ts'
  import { fixtureClient } from '${here}fixture-client.ts'
  import { FIXTURES } from '${here}fixture-states.ts'
  const client = fixtureClient(FIXTURES.critical)
  createRoot(document.querySelector('main')).render(
    createElement(SyncStatusProvider, { client },
      createElement('h1', null, 'Page'), createElement(CompactSyncIndicator), createElement(FloatingSyncStatus)),
  )
`
const PAGE = `<!doctype html><html lang="en"><title>t</title><style>${readFileSync(`${here}../src/styles.css`, 'utf8')}</style>
<main></main><script type="module" src="/program.js"></script></html>`
const ADDRESS = 'http://page.test'

let browser: Browser
let files: Map<string, string>

beforeAll(async () => {
  files = await built()
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser?.close())

async function built(): Promise<Map<string, string>> {
  const bundle = await rolldown({
    input: 'program',
    platform: 'browser',
    resolve: { conditionNames: ['@syncwatch/source', 'browser', 'import', 'default'] },
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    logLevel: 'silent',
    plugins: [
      {
        name: 'program',
        resolveId: (id, importer) =>
          id === 'program'
            ? '\0program'
            : importer === '\0program' && !id.startsWith('/')
              ? new URL(import.meta.resolve(id)).pathname
              : null,
        load: (id) => (id === '\0program' ? PROGRAM : null),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', entryFileNames: 'program.js' })
  await bundle.close()
  return new Map(output.map((part) => [`/${part.fileName}`, 'code' in part ? part.code : '']))
}

/** A page whose chunks that come later are in the hands of `later`. */
async function open(later: (route: Route, give: () => Promise<void>) => Promise<void>): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.route(`${ADDRESS}/**`, async (route) => {
    const path = new URL(route.request().url()).pathname
    const body = files.get(path)
    const give = () =>
      route.fulfill({ body: body ?? PAGE, contentType: body === undefined ? 'text/html' : 'text/javascript' })
    await (body === undefined || path === '/program.js' ? give() : later(route, give))
  })
  await page.goto(`${ADDRESS}/`)
  await page.locator('[data-syncwatch=compact]').waitFor()
  return page
}

async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include('.sw-popover').analyze()
  return violations.map(({ id }) => id)
}

it('a popover that opens before its details are there has the verdict at once, says that the rest comes, and then has it in its place', async () => {
  const held = Promise.withResolvers<void>()
  const page = await open(async (_, give) => held.promise.then(give))
  expect(await page.locator('[data-syncwatch=floating]').count(), 'nothing of the floating one yet').toBe(0)
  await page.locator('[data-syncwatch=compact]').click()
  const popover = page.locator('.sw-popover')
  await popover.getByText('Loading …').waitFor()
  expect(await popover.locator('.sw-verdict').textContent()).toMatch(/\.$/)
  expect(await faults(page)).toEqual([])
  held.resolve()
  await popover.locator('[data-operation]').first().waitFor()
  expect(await popover.locator('.sw-connection').count()).toBe(1)
  expect(await faults(page)).toEqual([])
  const box = await popover.boundingBox()
  const window = page.viewportSize()
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(window?.height ?? 0)
  await page.locator('[data-syncwatch=floating]').waitFor()
  await page.context().close()
}, 30_000)

it('says that the details cannot be had, and has them once they can', async () => {
  let isAway = true
  const page = await open((route, give) => (isAway ? route.abort() : give()))
  await page.locator('[data-syncwatch=compact]').click()
  await page.getByText('cannot be loaded now').waitFor()
  expect(await faults(page)).toEqual([])
  isAway = false
  await page.locator('.sw-popover [data-operation]').first().waitFor()
  await page.locator('[data-syncwatch=floating]').waitFor()
  await page.context().close()
}, 45_000)

it('is there without a network, where the page was open for a moment before it went away', async () => {
  const brought = Promise.withResolvers<void>()
  const page = await open(async (route, give) => {
    await give()
    if (route.request().url().includes('indicator-details')) brought.resolve()
  })
  await brought.promise
  await page.context().setOffline(true)
  await page.locator('[data-syncwatch=compact]').click()
  await page.locator('.sw-popover [data-operation]').first().waitFor()
  await page.context().close()
}, 30_000)
