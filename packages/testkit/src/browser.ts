import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Browser } from '@playwright/test'

/** Those that scripts/system-packages.mjs is content with. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * A real Chromium of this machine: `CHROMIUM_PATH`, or one on the `PATH`. It asks nobody outside for anything. The back-forward cache is
 * off, as Playwright has it, unless it is asked for.
 */
export async function launchBrowser({ withBackForwardCache = false } = {}): Promise<Browser> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
  const executablePath = [process.env.CHROMIUM_PATH ?? '', ...places].find((place) => place !== '' && existsSync(place))
  if (executablePath === undefined) {
    throw new Error('The browser tests need Chromium: install it, or name it in CHROMIUM_PATH.')
  }
  // Loaded when it is needed: most who import this package start no browser.
  const { chromium } = await import('@playwright/test')
  return await chromium.launch({
    executablePath,
    ...(withBackForwardCache && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
