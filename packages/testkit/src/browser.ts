import { existsSync } from 'node:fs'
import type { Browser } from '@playwright/test'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** A real Chromium of this machine: `CHROMIUM_PATH`, or where distributions put it. It asks nobody outside for anything. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = [process.env.CHROMIUM_PATH ?? '', ...PLACES].find((place) => place !== '' && existsSync(place))
  if (executablePath === undefined) {
    throw new Error('The browser tests need Chromium: install it, or name it in CHROMIUM_PATH.')
  }
  // Loaded when it is needed: most who import this package start no browser.
  const { chromium } = await import('@playwright/test')
  return await chromium.launch({
    executablePath,
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
