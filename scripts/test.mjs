// `npm test`: installs what is missing, then runs every test; `npm test -- packages/core` runs those of one room.
import { buildPanel } from './build-panel.mjs'
import { ensureInstalled, run } from './runtime.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

ensureInstalled()
ensureSystemPackages()
await buildPanel()
process.exit(await run(['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)]))
