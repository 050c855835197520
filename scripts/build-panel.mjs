import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, root, run } from './runtime.mjs'

const sources = ['apps/admin', 'packages/core/src', 'packages/client/src', 'packages/react/src', 'package-lock.json']
const dist = join(root, 'apps/admin/dist')
const stamp = join(dist, '.built-from')

/** Builds the web panel, unless its sources are those of the last build. */
export async function buildPanel() {
  const fingerprint = fingerprintOf(sources)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return
  process.stderr.write('Building the panel …\n')
  // Whoever asks for it may be a test: what is built is what people get all the same.
  const env = { NODE_ENV: 'production' }
  const code = await run(['node_modules/vite/bin/vite.js', 'build', 'apps/admin', '--logLevel', 'warn'], { env })
  if (code !== 0) fail('The panel could not be built; the reason stands above.')
  writeFileSync(stamp, fingerprint)
}

function fingerprintOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths)
    for (const file of filesBelow(join(root, path))) hash.update(file).update(readFileSync(file))
  return hash.digest('hex')
}

function filesBelow(path) {
  if (!existsSync(path)) return []
  let entries
  try {
    entries = readdirSync(path, { withFileTypes: true })
  } catch {
    return [path]
  }
  return entries
    .filter((entry) => entry.name !== 'dist' && entry.name !== 'node_modules')
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)]))
    .sort()
}
