import { createSyncClient, type SyncClient } from '@syncwatch/client'
import { waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { expectNoFault, LOOKS, Panel, shoot } from './support/panel.ts'

const TOKEN = 'a-token-that-nobody-would-guess'
const VIEWER_TOKEN = 'another-token-that-nobody-would-guess'

let panel: Panel

beforeAll(async () => {
  panel = await Panel.start()
}, 120_000)

afterAll(() => panel?.stop())

async function connect(clientId: string, options = {}): Promise<SyncClient> {
  const client = createSyncClient({ url: panel.server.url, clientId, ...options })
  onTestFinished(() => client.stop())
  client.start()
  await waitFor(() => client.getState().isLoaded, { what: `${clientId} to be connected`, timeoutMs: 20_000 })
  return client
}

it('the list shows who comes, by what, and who goes, while it is looked at', async () => {
  const page = await panel.open('/')
  await page.getByRole('link', { name: 'Connections', exact: true }).click()
  await page.locator('[data-connection-of]').getByText('this page').waitFor()
  const clerk = await connect('clerk-1')
  await connect('clerk-2', { WebSocket: null })
  const first = page.locator('[data-connection-of=clerk-1]')
  await first.getByText('admin · WebSocket · 127.0.0.1').waitFor()
  await first.getByText(/^\d+ ms$/).waitFor({ timeout: 60_000 })
  const second = page.locator('[data-connection-of=clerk-2][data-status=connected]')
  await second.getByText('admin · SSE · 127.0.0.1').waitFor()
  await page.getByText('3 connected').waitFor()
  await page.getByText('1 node', { exact: true }).waitFor()
  clerk.stop()
  await first.waitFor({ state: 'detached' })
  await page.getByText('2 connected').waitFor()
  await page.getByRole('link', { name: 'Show 1 that went away' }).click()
  await page.locator('[data-connection-of=clerk-1][data-status=disconnected]').getByText('Gone').waitFor()
  expect(new URL(page.url()).search).toBe('?show=gone')
  await page.getByRole('link', { name: 'Hide those that went away' }).click()
  await first.waitFor({ state: 'detached' })
  await page.context().close()
}, 120_000)

it('who may only look is told that the list is for administrators', async () => {
  const guarded = await Panel.start({ env: { SYNCWATCH_TOKEN: TOKEN, SYNCWATCH_VIEWER_TOKEN: VIEWER_TOKEN } })
  onTestFinished(() => guarded.stop())
  const context = await guarded.browser.newContext()
  const page = await context.newPage()
  await page.goto(`${guarded.server.url}/login`)
  await page.getByLabel('Token').fill(VIEWER_TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('main[data-live=true]').waitFor({ timeout: 30_000 })
  expect(await page.getByRole('link', { name: 'Connections' }).count()).toBe(0)
  await page.goto(`${guarded.server.url}/connections`)
  await page.getByText('Only an administrator sees who is connected.').waitFor()
  await context.close()
}, 120_000)

it.each(LOOKS)(
  'a list of hundreds stays usable, and is found from the page Health: $theme, $width px',
  async (look) => {
    await panel.database.pool.query(
      `INSERT INTO connection_status (client_id, status, latency_ms, user_agent, ip_address, node_id, reconnect_attempts, metadata)
     SELECT 'visitor-' || n, CASE WHEN n % 50 = 0 THEN 'reconnecting' ELSE 'connected' END, n, repeat('Mozilla/5.0 ', 20), '192.0.2.' || n,
            gen_random_uuid(), n % 3, '{"role": "viewer", "transport": "websocket"}'
     FROM generate_series(1, 150) AS n ON CONFLICT DO NOTHING`,
    )
    const page = await panel.open('/health', look)
    await page.locator('main').getByRole('link', { name: 'Connections' }).click()
    await page.locator('[data-connection-of=visitor-50][data-status=reconnecting]').waitFor()
    expect(await page.locator('[data-connection-of]').count()).toBe(100)
    await shoot(page, 'connections', look)
    await expectNoFault(page)
    expect(
      await page.locator('[data-connection-of=visitor-50] p').evaluateAll(covered),
      'texts upon each other',
    ).toEqual([])
    await page.getByText(/and \d+ more$/).waitFor()
    await page.getByRole('button', { name: 'Show more' }).click()
    await waitFor(async () => (await page.locator('[data-connection-of]').count()) > 140, { what: 'the others' })
    await page.context().close()
  },
  60_000,
)

/** The texts that another one stands upon, or that have no room at all. */
function covered(all: Element[]): (string | null)[] {
  const places = all.map((one) => ({ text: one.textContent, place: one.getBoundingClientRect() }))
  return places
    .filter(({ place }) => {
      const isUpon = ({ place: other }: { place: DOMRect }) =>
        other !== place &&
        place.left < other.right &&
        other.left < place.right &&
        place.top < other.bottom &&
        other.top < place.bottom
      return place.width < 1 || places.some(isUpon)
    })
    .map(({ text }) => text)
}
