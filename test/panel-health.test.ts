import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import {
  createTestDatabase,
  launchBrowser,
  makeTempFolder,
  TcpProxy,
  type TempFolder,
  type TestDatabase,
  waitFor,
} from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort, ServerProcess } from './support/server-process.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

let database: TestDatabase
let proxy: TcpProxy
let data: TempFolder
let browser: Browser
let server: ServerProcess

beforeAll(async () => {
  database = await createTestDatabase({ migrate: 'none' })
  const address = new URL(database.url)
  proxy = await TcpProxy.start({ host: address.hostname, port: Number(address.port) })
  data = await makeTempFolder('data')
  browser = await launchBrowser()
  server = new ServerProcess(['--data', data.path], await freePort(), { DATABASE_URL: proxy.rewrite(database.url) })
  await server.ready()
  for (let made = 0; made < 20; made += 1) {
    const { id } = await post('/operations', { operation_type: 'upload', total_items: 1 })
    await post(`/operations/${id}/complete`, { status: made < 5 ? 'failed' : 'completed' })
  }
  await waitFor(async () => (await server.json<{ status: string }>('/api/v1/health')).status === 'critical', {
    what: 'the health to be critical',
    timeoutMs: 30_000,
  })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await server?.end('SIGTERM')
  await proxy?.close()
  await data?.remove()
  await database?.drop()
})

it.each([
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 1280 },
  { theme: 'dark', width: 360 },
] as const)(
  'a reason is accepted with a note until a time, and taken back: $theme, $width px',
  async (look) => {
    const page = await open('/health', look.theme, look.width)
    const reason = page.locator('[data-reason=error_rate]')
    await reason.getByRole('button', { name: 'Accept …' }).click()
    const form = reason.getByRole('form')
    await form.getByRole('button', { name: 'Accept', exact: true }).click()
    expect(await form.isVisible(), 'not without a note').toBe(true)
    await form.getByLabel('Why it is accepted').fill('A drill that fails on purpose')
    await form.getByLabel('For').selectOption('7 days')
    await shoot(page, `accept-${look.theme}-${look.width}`)
    await expectNoFault(page)
    await form.getByRole('button', { name: 'Accept', exact: true }).click()
    await reason.getByText('A drill that fails on purpose').waitFor()
    await page.locator('[data-health=warning]').waitFor()
    await shoot(page, `accepted-${look.theme}-${look.width}`)
    await expectNoFault(page)
    const { reasons } = await server.json<{ reasons: { code: string; acknowledged?: { until: string } }[] }>(
      '/api/v1/health',
    )
    const until = Date.parse(reasons.find(({ code }) => code === 'error_rate')?.acknowledged?.until ?? '')
    expect(Math.abs(until - Date.now() - 7 * 86_400_000)).toBeLessThan(60_000)
    await reason.getByRole('button', { name: 'Undo' }).click()
    await reason.getByRole('button', { name: 'Accept …' }).waitFor()
    await page.locator('[data-health=critical]').waitFor()
    await page.context().close()
  },
  60_000,
)

it('says that the database is away and of when its figures are, never "Live", and is live again by itself', async () => {
  const page = await open('/', 'light', 1280)
  await page.getByText('Live', { exact: false }).first().waitFor()
  const away = await open('/health', 'dark', 360)
  await away.locator('main[data-live=true]').waitFor()
  await proxy.refuse()
  await page.locator('main[data-live=false]').waitFor({ timeout: 60_000 })
  await page.locator('main h1', { hasText: /database cannot be reached|Reconnecting|Disconnected/ }).waitFor()
  await shoot(page, 'database-away-light-1280')
  const said = (await page.locator('main').textContent()) ?? ''
  expect(said).toMatch(/as of \d\d:\d\d:\d\d/)
  expect(said).not.toMatch(/\bLive\b/)
  await away.locator('main[data-live=false]').waitFor()
  await shoot(away, 'database-away-dark-360')
  await proxy.restore()
  await page.locator('main[data-live=true]').waitFor({ timeout: 60_000 })
}, 180_000)

async function expectNoFault(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
}

async function open(path: string, colorScheme: 'light' | 'dark', width: number): Promise<Page> {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 860 } })
  const page = await context.newPage()
  await page.goto(`${server.url}${path}`)
  return page
}

async function post(path: string, body: unknown): Promise<{ id: string }> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as { id: string }
}

/** A picture to look at, where `SCREENSHOTS` names a folder for it. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` })
}
