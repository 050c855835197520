import { TcpProxy, waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectNoFault, LOOKS, Panel, PHONE, shoot } from './support/panel.ts'

let proxy: TcpProxy
let panel: Panel

beforeAll(async () => {
  panel = await Panel.start({
    databaseUrl: async (own) => {
      const address = new URL(own)
      proxy = await TcpProxy.start({ host: address.hostname, port: Number(address.port) })
      return proxy.rewrite(own)
    },
  })
  for (let made = 0; made < 20; made += 1) {
    const { id } = await panel.send('POST', '/operations', { operation_type: 'upload', total_items: 1 })
    await panel.send('POST', `/operations/${id}/complete`, { status: made < 5 ? 'failed' : 'completed' })
  }
  await waitFor(async () => (await panel.server.json<{ status: string }>('/api/v1/health')).status === 'critical', {
    what: 'the health to be critical',
    timeoutMs: 30_000,
  })
}, 120_000)

afterAll(async () => {
  await panel?.stop()
  await proxy?.close()
})

it.each([...LOOKS, { theme: 'dark', width: 1280 }] as const)(
  'a reason is accepted with a note until a time, and taken back: $theme, $width px',
  async (look) => {
    const page = await panel.open('/health', look)
    const reason = page.locator('[data-reason=error_rate]')
    await reason.getByRole('button', { name: 'Accept …' }).click()
    const form = reason.getByRole('form')
    await form.getByRole('button', { name: 'Accept', exact: true }).click()
    expect(await form.isVisible(), 'not without a note').toBe(true)
    await form.getByLabel('Why it is accepted').fill('A drill that fails on purpose')
    await form.getByLabel('For').selectOption('7 days')
    await shoot(page, 'accept', look)
    await expectNoFault(page)
    await form.getByRole('button', { name: 'Accept', exact: true }).click()
    await reason.getByText('A drill that fails on purpose').waitFor()
    await page.locator('[data-health=warning]').waitFor()
    await shoot(page, 'accepted', look)
    await expectNoFault(page)
    const { reasons } = await panel.server.json<{ reasons: { code: string; acknowledged?: { until: string } }[] }>(
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
  const page = await panel.open('/')
  await page.getByText('Live', { exact: false }).first().waitFor()
  const away = await panel.open('/health', PHONE)
  await away.locator('main[data-live=true]').waitFor()
  await proxy.refuse()
  await page.locator('main[data-live=false]').waitFor({ timeout: 60_000 })
  await page.locator('main h1', { hasText: /database cannot be reached|Reconnecting|Disconnected/ }).waitFor()
  await shoot(page, 'database-away')
  const said = (await page.locator('main').textContent()) ?? ''
  expect(said).toMatch(/as of \d\d:\d\d:\d\d/)
  expect(said).not.toMatch(/\bLive\b/)
  await away.locator('main[data-live=false]').waitFor()
  await shoot(away, 'database-away', PHONE)
  await proxy.restore()
  await page.locator('main[data-live=true]').waitFor({ timeout: 60_000 })
}, 180_000)
