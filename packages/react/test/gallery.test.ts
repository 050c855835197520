import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import { launchBrowser } from '@syncwatch/testkit'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FIXTURE_NAMES } from './fixture-states.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const themes = ['light', 'dark'] as const
const widths = [1280, 360]
const cases = themes.flatMap((theme) => widths.map((width) => ({ theme, width })))

let browser: Browser
let server: ViteDevServer
let address: string

beforeAll(async () => {
  const configFile = new URL('../gallery/vite.config.ts', import.meta.url).pathname
  server = await createServer({ configFile, logLevel: 'error', server: { host: '127.0.0.1', port: 0, hmr: false } })
  await server.listen()
  address = server.resolvedUrls?.local[0] ?? ''
  browser = await launchBrowser()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function openGallery(theme: 'light' | 'dark', width: number): Promise<Page> {
  const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 900 } })
  const page = await context.newPage()
  await page.goto(address)
  await page.waitForFunction(
    (states) => document.querySelectorAll('[data-syncwatch=indicators]').length === states,
    FIXTURE_NAMES.length,
  )
  await page.waitForSelector('[data-state=running] [data-syncwatch=floating]')
  await page.waitForFunction(() => !document.querySelector('.sw-panel--later'))
  return page
}

async function problems(page: Page, within = 'body'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(within).withTags(RULES).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
}

const isWiderThanWindow = () => document.documentElement.scrollWidth > document.documentElement.clientWidth

describe.each(cases)('the gallery, $theme, $width px', ({ theme, width }) => {
  let page: Page
  beforeAll(async () => {
    page = await openGallery(theme, width)
  })
  afterAll(() => page?.context().close())

  it('has no fault that axe finds', async () => expect(await problems(page)).toEqual([]))

  it('fits the window', async () => expect(await page.evaluate(isWiderThanWindow)).toBe(false))

  it('opens the popover within the window, without a fault', async () => {
    const shelf = page.locator('[data-state=critical]')
    await shelf.locator('[data-syncwatch=compact]').click()
    const popover = shelf.locator('.sw-popover')
    await popover.locator('.sw-verdict').waitFor()
    const box = await popover.boundingBox()
    expect(box?.x).toBeGreaterThanOrEqual(0)
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width)
    expect(await problems(page, '[data-state=critical] .sw-popover')).toEqual([])
    await page.keyboard.press('Escape')
    await popover.waitFor({ state: 'hidden' })
  })

  it('opens the floating list by keyboard and gives the focus back', async () => {
    const shelf = page.locator('[data-state=running]')
    await shelf.locator('.sw-ring').focus()
    await page.keyboard.press('Enter')
    await shelf.locator('.sw-floating__panel').waitFor()
    expect(await problems(page, '.sw-floating__panel')).toEqual([])
    await page.keyboard.press('Escape')
    await shelf.locator('.sw-ring:focus').waitFor()
  })
})

describe('what is seen', () => {
  let page: Page
  beforeAll(async () => {
    page = await openGallery('light', 1280)
  })
  afterAll(() => page?.context().close())

  it('is of one height in every row and of one width in every state', async () => {
    const sizes = (selector: string, side: 'width' | 'height') =>
      page
        .locator(selector)
        .evaluateAll((all, of) => [...new Set(all.map((one) => one.getBoundingClientRect()[of]))], side)
    expect(await sizes('.sw-operation', 'height')).toHaveLength(1)
    expect(await sizes('[data-syncwatch=compact]', 'width')).toHaveLength(1)
    expect(await sizes('[data-syncwatch=compact]', 'height')).toEqual([28])
  })

  it.each(['reconnecting', 'disconnected', 'unauthorised', 'loading'])(
    'is nowhere green or blue when %s',
    async (state) => {
      const colours = await page.locator(`[data-state=${state}] .shelf *`).evaluateAll((all) =>
        all.flatMap((one) => {
          const { color, backgroundColor, stroke, fill } = getComputedStyle(one)
          return one.matches('a') ? [] : [color, backgroundColor, stroke, fill]
        }),
      )
      expect(colours).not.toContain('rgb(19, 121, 91)')
      expect(colours).not.toContain('rgb(31, 95, 208)')
    },
  )
})
