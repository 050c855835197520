import { readFileSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page, Route } from '@playwright/test'
import { launchBrowser } from '@syncwatch/testkit'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SyncStatusIndicators, SyncStatusProvider } from '../src/index.ts'
import { fixtureClient, stillClock } from './fixture-client.ts'
import { FIXTURES } from './fixture-states.ts'

const here = new URL('./', import.meta.url).pathname
const program = (elements: string, start: string) => `
  import { createElement } from 'react'
  import { createRoot, hydrateRoot } from 'react-dom/client'
  import { CompactSyncIndicator, FloatingSyncStatus, SyncStatusIndicators, SyncStatusProvider } from '${here}../src/index.ts'
  import { fixtureClient, stillClock } from '${here}fixture-client.ts'
  import { FIXTURES } from '${here}fixture-states.ts'
  const page = createElement(SyncStatusProvider, { client: fixtureClient(FIXTURES.critical), clock: stillClock },
    createElement('h1', null, 'Page'), ${elements})
  const root = document.querySelector('main')
  ${start}
`
const DASHBOARD = 'createElement(SyncStatusIndicators, { showDetails: true })'
const PROGRAMS = {
  indicators: program(
    'createElement(CompactSyncIndicator), createElement(FloatingSyncStatus)',
    'createRoot(root).render(page)',
  ),
  dashboard: program(DASHBOARD, 'createRoot(root).render(page)'),
  'rendered dashboard': program(DASHBOARD, 'hydrateRoot(root, page)'),
}
type ProgramName = keyof typeof PROGRAMS
const STYLES = readFileSync(`${here}../src/styles.css`, 'utf8')
const pageWith = (content = '') => `<!doctype html><html lang="en"><title>t</title><style>${STYLES}</style>
<main>${content}</main><script type="module" src="/program.js"></script></html>`
const ADDRESS = 'http://page.test'

let browser: Browser
let programs: Map<ProgramName, Map<string, string>>

beforeAll(async () => {
  const names = Object.keys(PROGRAMS) as ProgramName[]
  programs = new Map(await Promise.all(names.map(async (name) => [name, await built(PROGRAMS[name])] as const)))
  browser = await launchBrowser()
}, 60_000)
afterAll(() => browser?.close())

async function built(source: string): Promise<Map<string, string>> {
  const bundle = await rolldown({
    input: 'program',
    platform: 'browser',
    resolve: { conditionNames: ['@syncwatch/source', 'browser', 'import', 'default'] },
    transform: { define: { 'process.env.NODE_ENV': '"development"' } },
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
        load: (id) => (id === '\0program' ? source : null),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', entryFileNames: 'program.js' })
  await bundle.close()
  return new Map(output.map((part) => [`/${part.fileName}`, 'code' in part ? part.code : '']))
}

interface Opening {
  /** What is done with a request for a chunk that comes later. */
  later: (route: Route, give: () => Promise<void>) => Promise<void>
  program?: ProgramName
  /** What a server rendered. */
  content?: string
  /** Takes what the page complains about on its console. */
  complaints?: string[]
}

async function open({ later, program = 'indicators', content, complaints = [] }: Opening): Promise<Page> {
  const files = programs.get(program)
  const page = await (await browser.newContext()).newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.route(`${ADDRESS}/**`, async (route) => {
    const path = new URL(route.request().url()).pathname
    const body = files?.get(path)
    const give = () =>
      route.fulfill({
        body: body ?? pageWith(content),
        contentType: body === undefined ? 'text/html' : 'text/javascript',
      })
    await (body === undefined || path === '/program.js' ? give() : later(route, give))
  })
  await page.goto(`${ADDRESS}/`)
  await page.locator('[data-syncwatch=compact], [data-syncwatch=indicators]').waitFor()
  return page
}

async function faults(page: Page, within = '.sw-popover'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(within).analyze()
  return violations.map(({ id }) => id)
}

it('a popover that opens before its details are there has the verdict at once, says that the rest comes, and then has it in its place', async () => {
  const held = Promise.withResolvers<void>()
  const page = await open({ later: async (_, give) => held.promise.then(give) })
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
  const page = await open({ later: (route, give) => (isAway ? route.abort() : give()) })
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
  const page = await open({
    later: async (route, give) => {
      await give()
      if (route.request().url().includes('indicator-details')) brought.resolve()
    },
  })
  await brought.promise
  await page.context().setOffline(true)
  await page.locator('[data-syncwatch=compact]').click()
  await page.locator('.sw-popover [data-operation]').first().waitFor()
  await page.context().close()
}, 30_000)

it('the dashboard has verdict and connection at once, and the rest once its code is there', async () => {
  const held = Promise.withResolvers<void>()
  const page = await open({ program: 'dashboard', later: async (_, give) => held.promise.then(give) })
  const dashboard = page.locator('[data-syncwatch=indicators]')
  await dashboard.getByText('Loading …').waitFor()
  expect(await dashboard.locator('.sw-verdict').textContent()).toMatch(/\.$/)
  const connection = await dashboard.locator('.sw-connection').boundingBox()
  expect(await faults(page, '.sw-dashboard')).toEqual([])
  held.resolve()
  await dashboard.locator('.sw-figures').waitFor()
  expect(await dashboard.getByText('Loading …').count()).toBe(0)
  expect(await dashboard.locator('.sw-connection').boundingBox(), 'nothing above it came in between').toEqual(
    connection,
  )
  await page.context().close()
}, 30_000)

it('the dashboard says that its panels cannot be had, and has them once they can', async () => {
  let isAway = true
  const page = await open({ program: 'dashboard', later: (route, give) => (isAway ? route.abort() : give()) })
  await page.getByText('cannot be loaded now').waitFor()
  expect(await faults(page, '.sw-dashboard')).toEqual([])
  isAway = false
  await page.locator('[data-syncwatch=indicators] .sw-figures').waitFor()
  await page.context().close()
}, 45_000)

it('a dashboard that a server rendered is whole, stays where it is until its code comes, greyed, and is taken over without a word', async () => {
  const content = renderToString(
    createElement(
      SyncStatusProvider,
      { client: fixtureClient(FIXTURES.critical), clock: stillClock },
      createElement('h1', null, 'Page'),
      createElement(SyncStatusIndicators, { showDetails: true }),
    ),
  )
  const held = Promise.withResolvers<void>()
  const complaints: string[] = []
  const page = await open({
    program: 'rendered dashboard',
    content,
    complaints,
    later: async (_, give) => held.promise.then(give),
  })
  const dashboard = page.locator('[data-syncwatch=indicators]')
  await dashboard.locator('.sw-panels[inert]').waitFor()
  expect(await dashboard.locator('.sw-figures').count()).toBe(1)
  expect(await dashboard.locator('[data-operation]').count()).toBeGreaterThan(0)
  const before = await dashboard.boundingBox()
  held.resolve()
  await dashboard.locator('.sw-panels:not([inert]) .sw-figures').waitFor()
  expect(await dashboard.locator('.sw-figures').count()).toBe(1)
  expect(await dashboard.boundingBox()).toEqual(before)
  expect(complaints).toEqual([])
  await page.context().close()
}, 30_000)
