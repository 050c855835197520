import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Browser } from '@playwright/test'
import { launchBrowser, makeTempFolder, type TempFolder } from '@syncwatch/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort, ServerProcess } from './support/server-process.ts'

const hasPsql = spawnSync('psql', ['--version']).status === 0

let data: TempFolder
let browser: Browser
let server: ServerProcess

beforeAll(async () => {
  data = await makeTempFolder('data')
  browser = await launchBrowser()
  server = new ServerProcess(['--data', data.path], await freePort())
  await server.ready()
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await server?.end('SIGTERM')
  await data?.remove()
})

it.skipIf(!hasPsql)(
  `update_sync_progress from psql moves the bar in a browser${hasPsql ? '' : ' (skipped: psql is not installed here)'}`,
  async () => {
    const page = await browser.newPage()
    await page.goto(server.url)
    // The example of the documentation, as a person would copy it; only the data folder is another one.
    const example = /```sh psql\n([\s\S]*?)```/.exec(readFileSync(new URL('../docs/sql.md', import.meta.url), 'utf8'))
    const typed = (example?.[1] ?? '').replace('.syncwatch', data.path)
    const create = `SELECT create_sync_operation('upload', 10, 'nightly import', operation_key => 'import-1')`
    execFileSync('sh', ['-ec', typed.replace(/SELECT [^"]*/, create)])
    await page.waitForSelector('main [role=progressbar][aria-valuenow="0"]')
    execFileSync('sh', ['-ec', typed])
    await page.waitForSelector('main [role=progressbar][aria-valuenow="75"]')
    await page.getByText('Copying films').first().waitFor()
    expect(await page.locator('[data-syncwatch=compact]').textContent()).toContain('75 %')
    await page.close()
  },
  60_000,
)
