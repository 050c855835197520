// `npm run chaos` tells 500 schedules of bad days with real processes, a real Postgres and real sockets, and ends with 1 where one fails;
// `-- --seeds 20` tells fewer, `-- --seed 17` one, with all its steps printed.
import { ensureInstalled, run } from './runtime.mjs'

ensureInstalled()
process.exit(await run(['--conditions=@syncwatch/source', 'test/chaos/main.ts', ...process.argv.slice(2)]))
