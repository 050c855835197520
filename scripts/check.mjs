// `npm run check`: types, lint and formatting, import map, unused code, generated files. Everything is run; any failure fails it.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, run } from './runtime.mjs'

ensureInstalled()
const rooms = ['packages', 'apps', 'examples']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
  .concat('bench', 'test', 'docs')
  .filter((room) => existsSync(join(root, room, 'tsconfig.json')))

const steps = [
  ['lint and formatting', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ...rooms.map((room) => [`types of ${room}`, ['node_modules/typescript-7/bin/tsc', '-p', room]]),
  ['import map', ['scripts/check-imports.mjs']],
  ['unused code', ['node_modules/knip/bin/knip.js', '--no-progress']],
]
const failed = []
for (const [name, args] of steps) {
  const code = await run(args)
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}`)
  if (code !== 0) failed.push(name)
}
console.log(
  failed.length === 0 ? 'check: all clean' : `check: ${failed.length} of ${steps.length} failed: ${failed.join(', ')}`,
)
process.exit(failed.length === 0 ? 0 : 1)
