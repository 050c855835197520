import { afterAll, beforeAll, expect, it } from 'vitest'
import { Panel } from './support/panel.ts'

const TOKEN = 'a-token-that-nobody-would-guess'

let panel: Panel

beforeAll(async () => {
  panel = await Panel.start({ env: { SYNCWATCH_TOKEN: TOKEN } })
}, 120_000)

afterAll(() => panel?.stop())

it.each([
  ['the WebSocket', false],
  ['events, where no WebSocket comes through', true],
])(
  'whoever signs in with the token sees what happens live, by a ticket for the cookie: %s',
  async (_, withoutWebSocket) => {
    const context = await panel.browser.newContext({ viewport: { width: 1280, height: 860 } })
    const page = await context.newPage()
    if (withoutWebSocket)
      await page.addInitScript('window.WebSocket = class { constructor() { throw new Error("no") } }')
    await page.goto(panel.server.url)
    expect(new URL(page.url()).pathname).toBe('/login')
    const tickets: number[] = []
    page.on('response', (response) => {
      if (response.url().endsWith('/realtime/ticket')) tickets.push(response.status())
    })
    await page.getByLabel('Token').fill(TOKEN)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('[data-syncwatch=compact][data-connection=connected]').waitFor({ timeout: 30_000 })
    expect(tickets).toContain(201)

    const { id } = await post('/operations', { operation_type: 'upload', total_items: 100 })
    await post(`/operations/${id}/progress`, { processed_items: 37 })
    const bar = page.locator('[role=progressbar][aria-valuenow="37"]').first()
    await bar.waitFor({ state: 'attached', timeout: 10_000 })
    await post(`/operations/${id}/complete`, { status: 'completed' })
    await bar.waitFor({ state: 'detached', timeout: 10_000 })
    await context.close()
  },
  90_000,
)

it('a connection without a ticket is refused, and so is a page of another site that brings the cookie along', async () => {
  const events = (headers: Record<string, string>) =>
    fetch(`${panel.server.url}/realtime/events?protocol=1&clientId=stranger`, { headers })
  expect((await events({})).status).toBe(401)
  const signedIn = await fetch(`${panel.server.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: TOKEN }),
  })
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect(cookie).not.toBe('')
  const ticket = await fetch(`${panel.server.url}/api/v1/realtime/ticket`, {
    method: 'POST',
    headers: { cookie, origin: 'https://elsewhere.example' },
  })
  expect(ticket.status).toBe(403)
  // The cookie alone opens nothing: pages of other sites can make a browser send it with a WebSocket.
  expect((await events({ cookie })).status).toBe(401)
})

async function post(path: string, body: unknown): Promise<{ id: string }> {
  const answer = await fetch(`${panel.server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as { id: string }
}
