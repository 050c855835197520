// What the tests need beyond npm: a real Chromium, psql as a foreign client of the SQL functions, a transaction pooler and a
// proxy as others put them in front of us.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fail } from './runtime.mjs'

const wanted = [
  { package: 'chromium', names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] },
  { package: 'postgresql-client', names: ['psql'] },
  { package: 'pgbouncer', names: ['pgbouncer'] },
  { package: 'nginx-light', names: ['nginx'] },
]

const FONTS = ['fonts-dejavu-core', 'fonts-noto-color-emoji']

/** What `bench:sync` runs beside us. */
export const syncPeers = [
  { package: 'rclone', names: ['rclone'] },
  { package: 'unison', names: ['unison'] },
]

/** Installs what is missing where Debian's apt-get works for us; says in one sentence what to install elsewhere. */
export function ensureSystemPackages(packages = wanted, who = 'The tests') {
  const missing = packages
    .filter((entry) => !entry.names.some(onPath) && !chromiumElsewhere(entry))
    .map((entry) => entry.package)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    fail(
      `${who} need ${missing.join(' and ')}: install it (Debian: apt-get install ${missing.join(' ')}), then try again.`,
    )
  }
  process.stderr.write(`Installing ${missing.join(' and ')} …\n`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...missing, ...(missing.includes('chromium') ? FONTS : [])],
  ]) {
    const done = spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 2], env })
    if (done.status !== 0) fail(`apt-get ${args[0]} failed; install ${missing.join(' and ')} by hand, then try again.`)
  }
}

function onPath(name) {
  // Servers lie where only root looks.
  return `${process.env.PATH ?? ''}:/usr/sbin`
    .split(':')
    .some((folder) => folder !== '' && existsSync(`${folder}/${name}`))
}

function chromiumElsewhere(entry) {
  return (
    entry.package === 'chromium' && process.env.CHROMIUM_PATH !== undefined && existsSync(process.env.CHROMIUM_PATH)
  )
}
