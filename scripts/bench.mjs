// `npm run bench` runs all benchmarks, `npm run bench:latency -- --quick` one of them in less than a minute. Each prints one line of
// JSON at its end.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, fail, root, run } from './runtime.mjs'
import { ensureSystemPackages, syncPeers } from './system-packages.mjs'

const [name, ...rest] = process.argv.slice(2)
const known = readdirSync(join(root, 'bench'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, 'bench', entry.name, 'main.ts')))
  .map((entry) => entry.name)
const chosen = name === undefined || name.startsWith('-') ? known : [name]
const args = name?.startsWith('-') ? [name, ...rest] : rest
if (!chosen.every((entry) => known.includes(entry)))
  fail(`There is no benchmark "${name}"; there are: ${known.join(', ')}.`, 2)

ensureInstalled()
if (chosen.includes('sync')) ensureSystemPackages(syncPeers, 'The peers of this benchmark')
for (const entry of chosen) {
  const code = await run(['--conditions=@syncwatch/source', '--expose-gc', `bench/${entry}/main.ts`, ...args])
  if (code !== 0) process.exit(code)
}
