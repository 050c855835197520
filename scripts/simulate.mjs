// `npm run simulate -- --seeds 10000` tells so many stories of each kind and ends with 1 where one fails, with `--seed 17` from that seed
// on; `--seed 17 --kind hostile` alone tells one with all that happens in it. A story that fails is printed in its smallest form, to be
// pinned in pinned-schedules.json.
import { ensureInstalled, run } from './runtime.mjs'

ensureInstalled()
process.exit(
  await run(['--conditions=@syncwatch/source', 'packages/testkit/src/simulator/main.ts', ...process.argv.slice(2)]),
)
