import { createHash } from 'node:crypto'
import type { Browser, Page } from '@playwright/test'
import type { AssetRow, OperationRow } from '@syncwatch/core'
import { launchBrowser, makeTempFolder, type TempFolder, waitFor } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makePhotographs } from './support/photographs.ts'
import { freePort, ServerProcess } from './support/server-process.ts'

const PHOTOGRAPHS = 300

let folder: TempFolder
let data: TempFolder
let browser: Browser
let server: ServerProcess
let photographs: Map<string, Buffer>

beforeAll(async () => {
  folder = await makeTempFolder('photographs')
  data = await makeTempFolder('data')
  photographs = await makePhotographs(folder.path, PHOTOGRAPHS)
  browser = await launchBrowser()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await server?.end('SIGTERM')
  await folder?.remove()
  await data?.remove()
})

it('a page that was open before, during and after a kill -9 tells the truth and ends completed', async () => {
  const port = await freePort()
  const args = ['--folder', folder.path, '--data', data.path]
  server = new ServerProcess(args, port)
  await server.ready()

  const context = await browser.newContext()
  const library = await context.newPage()
  const health = await context.newPage()
  await Promise.all([library.goto(`${server.url}/library`), health.goto(`${server.url}/health`)])
  await health.evaluate(() => sessionStorage.setItem('loaded', String(performance.timeOrigin)))

  // Progress moves, and the three indicators say the same at every moment of it.
  await library.waitForFunction(() => document.querySelector('[data-syncwatch=floating] [data-percent]') !== null)
  const first = await agreement(library, health)
  await waitFor(async () => (await agreement(library, health)) > first, { what: 'progress to move', intervalMs: 20 })

  await server.end('SIGKILL')
  const atCrash = await percentShown(health)
  expect(atCrash).toBeGreaterThan(0)
  expect(atCrash).toBeLessThan(100)
  await health.waitForSelector('[data-syncwatch=indicators][data-connection=reconnecting][data-live=false]')
  await health.waitForFunction(() => /attempt [1-9]/.test(document.querySelector('.sw-connection')?.textContent ?? ''))
  await library.waitForSelector('[data-syncwatch=compact][data-connection=reconnecting]')

  server = new ServerProcess(args, port)
  await server.ready()
  await health.waitForSelector('[data-syncwatch=indicators][data-connection=connected]', { timeout: 45_000 })
  await waitFor(async () => (await open(server)).length === 0, { what: 'the run to end', timeoutMs: 90_000 })
  await health.waitForSelector('[data-syncwatch=indicators][data-kind=in-sync]', { timeout: 30_000 })
  expect(await health.evaluate(() => sessionStorage.getItem('loaded') === String(performance.timeOrigin))).toBe(true)

  const { items } = await server.json<{ items: OperationRow[] }>('/api/v1/operations?type=full_sync')
  expect(items.map((row) => row.status)).toContain('completed')
  const interrupted = items.at(-1)
  expect(interrupted?.status).toBe('completed')
  expect(interrupted?.attempt).toBeGreaterThan(1)
  await expectLibraryIsFolder(server, photographs)
}, 240_000)

/** The percent of the one run, after checking that all indicators on both pages show it. */
async function agreement(library: Page, health: Page): Promise<number> {
  const onLibrary = await library.evaluate(() => {
    const compact = document.querySelector('[data-syncwatch=compact]')?.textContent ?? ''
    const floating = document.querySelector('[data-syncwatch=floating] [data-percent]')?.getAttribute('data-percent')
    return { compact: /(\d+) %/.exec(compact)?.[1], floating }
  })
  const onHealth = await health.evaluate(() => {
    const compact = document.querySelector('[data-syncwatch=compact]')?.textContent ?? ''
    const full = document.querySelector('[data-syncwatch=indicators] [role=progressbar]')?.getAttribute('aria-valuenow')
    return { compact: /(\d+) %/.exec(compact)?.[1], full }
  })
  expect(onLibrary.floating).toBe(onLibrary.compact)
  expect(onHealth.full).toBe(onHealth.compact)
  return Number(onHealth.full)
}

async function percentShown(health: Page): Promise<number> {
  const bar = health.locator('[data-syncwatch=indicators] [role=progressbar]').first()
  return Number(await bar.getAttribute('aria-valuenow'))
}

async function open(from: ServerProcess): Promise<OperationRow[]> {
  const pages = await Promise.all(
    ['pending', 'in_progress'].map((status) =>
      from.json<{ items: OperationRow[] }>(`/api/v1/operations?status=${status}`),
    ),
  )
  return pages.flatMap((page) => page.items)
}

async function expectLibraryIsFolder(from: ServerProcess, files: ReadonlyMap<string, Buffer>): Promise<void> {
  const assets: AssetRow[] = []
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: { items: AssetRow[]; next_cursor: string | null } = await from.json(`/api/v1/assets?limit=100${query}`)
    assets.push(...page.items)
    cursor = page.next_cursor
  } while (cursor !== null)
  const expected = [...files].map(([key, bytes]) => [key, createHash('sha256').update(bytes).digest('hex')])
  expect(assets.map((asset) => [asset.key, asset.sha256]).sort()).toEqual(expected.sort())
}
