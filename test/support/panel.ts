import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from '@playwright/test'
import {
  createTestDatabase,
  launchBrowser,
  makeTempFolder,
  type TempFolder,
  type TestDatabase,
  waitFor,
} from '@syncwatch/testkit'
import sharp from 'sharp'
import { expect } from 'vitest'
import { freePort, ServerProcess } from './server-process.ts'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** Colours do not depend on the width, nor the layout on the theme. */
export const LOOKS = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 360 },
] as const
export type Look = { theme: 'light' | 'dark'; width: number }
export const LIGHT: Look = LOOKS[0]
export const PHONE: Look = LOOKS[1]

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came back
export type Body = any

export interface PanelOptions {
  /** Puts files into the folder, which the server then connects when it starts. */
  fill?: (folder: string) => Promise<unknown>
  /** What the server reaches the database by, where it is not its own address. */
  databaseUrl?: (own: string) => Promise<string>
  env?: Record<string, string>
}

/** A server with a database and a folder of its own, and a browser that looks at its panel. */
export class Panel {
  readonly server: ServerProcess
  readonly browser: Browser
  readonly database: TestDatabase
  /** To be connected as a store. */
  readonly folder: TempFolder
  readonly #data: TempFolder

  private constructor(parts: {
    server: ServerProcess
    browser: Browser
    database: TestDatabase
    folder: TempFolder
    data: TempFolder
  }) {
    this.server = parts.server
    this.browser = parts.browser
    this.database = parts.database
    this.folder = parts.folder
    this.#data = parts.data
  }

  static async start({ fill, databaseUrl, env = {} }: PanelOptions = {}): Promise<Panel> {
    const [folder, data] = [await makeTempFolder('photos'), await makeTempFolder('data')]
    await fill?.(folder.path)
    const database = await createTestDatabase({ migrate: 'none' })
    const url = (await databaseUrl?.(database.url)) ?? database.url
    const args = ['--data', data.path, ...(fill ? ['--folder', folder.path] : [])]
    const server = new ServerProcess(args, await freePort(), { DATABASE_URL: url, ...env })
    const panel = new Panel({ server, database, folder, data, browser: await launchBrowser() })
    await server.ready()
    return panel
  }

  async stop(): Promise<void> {
    await this.browser.close()
    await this.server.end('SIGTERM')
    await this.folder.remove()
    await this.#data.remove()
    await this.database.drop()
  }

  async open(path: string, { theme, width }: Look = LIGHT): Promise<Page> {
    const context = await this.browser.newContext({ colorScheme: theme, viewport: { width, height: 860 } })
    const page = await context.newPage()
    await page.goto(`${this.server.url}${path}`)
    return page
  }

  async send(method: string, path: string, body?: unknown, revision?: number): Promise<Body> {
    const response = await fetch(`${this.server.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(revision !== undefined && { 'if-match': `"${revision}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return text === '' ? null : JSON.parse(text)
  }

  /** Until a run that began after now has ended. */
  async sync(storeId: string): Promise<void> {
    for (;;) {
      const asked = Date.now()
      const { id } = await this.send('POST', `/stores/${storeId}/sync`)
      const ended = await this.ended(id)
      expect(ended.status, ended.message).toBe('completed')
      if (Date.parse(ended.start_time) >= asked) return
    }
  }

  /** An operation once it has ended. */
  async ended(id: string): Promise<Body> {
    return waitFor(
      async () => {
        const row = await this.send('GET', `/operations/${id}`)
        return row.end_time === null ? null : row
      },
      { what: 'the end of the run', timeoutMs: 60_000 },
    )
  }

  async asset(key: string): Promise<Body> {
    return (await this.send('GET', `/assets?key=${encodeURIComponent(key)}`)).items[0]
  }

  async conflict(key: string): Promise<Body> {
    const { items } = await this.send('GET', '/conflicts')
    return items.find((one: Body) => one.key === key)
  }

  /** Puts a file into the folder, at rest for a while, as one is that nobody is writing any more. */
  async place(key: string, content: string | Buffer): Promise<void> {
    const path = join(this.folder.path, key)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
    const time = new Date(Date.now() - 60_000 + Math.random() * 1_000)
    await utimes(path, time, time)
  }

  /** Changes things while their store is synced by hand alone, and then runs it: nothing is seen halfway. */
  async whilePaused(storeId: string, change: () => Promise<unknown>): Promise<void> {
    const { state } = await this.send('GET', `/stores/${storeId}`)
    await this.send('PATCH', `/stores/${storeId}`, { paused: true })
    // A run that began before sees what was there before.
    await this.sync(storeId)
    await change()
    await this.sync(storeId)
    await this.send('PATCH', `/stores/${storeId}`, { paused: state === 'paused' })
  }

  /** Other bytes on both sides of an asset, and a run that finds that. */
  async changeOnBothSides(storeId: string, key: string, outcome: string): Promise<void> {
    await this.whilePaused(storeId, async () => {
      const { id, revision } = await this.asset(key)
      // Pictures of different heights have different sizes; two that differ in colour alone may be equally long.
      const hue = Math.random() * 300
      await this.place(key, await picture(hue))
      const bytes = await picture(hue + 20, 700)
      const answer = await fetch(`${this.server.url}/api/v1/assets/${id}/content`, {
        method: 'PUT',
        headers: { 'if-match': `"${revision}"` },
        body: new Uint8Array(bytes),
      })
      expect(answer.status).toBe(200)
    })
    expect((await this.conflict(key)).outcome).toBe(outcome)
  }
}

/** Nothing that axe finds, and nothing wider than the window. */
export async function expectNoFault(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
}

/** A picture to look at, where `SCREENSHOTS` names a folder for it. */
export async function shoot(page: Page, name: string, { theme, width }: Look = LIGHT): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (folder) await page.screenshot({ path: `${folder}/${name}-${theme}-${width}.png` })
}

/** A JPEG photograph of sorts. */
export async function picture(hue: number, height = 900): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="${height}"><rect width="1200" height="${height}" fill="hsl(${hue},55%,45%)"/><circle cx="${300 + hue * 2}" cy="450" r="260" fill="hsl(${hue + 40},70%,70%)"/></svg>`
  return await sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer()
}

/** For `evaluateAll`: whether there are pictures, and all of them have come. */
export const areShown = (all: Element[]): boolean =>
  all.length > 0 && all.every((one) => one instanceof HTMLImageElement && one.complete && one.naturalWidth > 0)

/** Every request of a page that was answered as one that asks for nothing there is. */
export function watchMissing(page: Page): string[] {
  const missing: string[] = []
  page.on('response', (response) => {
    if (response.status() === 404) missing.push(new URL(response.url()).pathname)
  })
  return missing
}
