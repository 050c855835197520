// `npm start`: installs what is missing, builds the panel when its sources changed, starts everything.
import { spawn } from 'node:child_process'
import { buildPanel } from './build-panel.mjs'
import { ensureInstalled, environment, nodeBinary, root } from './runtime.mjs'
import { whenNpmEnds } from './when-npm-ends.mjs'

ensureInstalled()
await buildPanel()

const child = spawn(
  nodeBinary(),
  ['--conditions=@syncwatch/source', 'apps/syncwatch/src/main.ts', ...process.argv.slice(2)],
  // The channel is how the server notices that this process was killed: it then stops in order.
  {
    cwd: root,
    env: environment({ INIT_CWD: process.env.INIT_CWD ?? process.cwd() }),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  },
)
// At a terminal Ctrl-C reaches the child by itself; a signal to this process alone is handed on.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) child.kill('SIGINT')
})
process.on('SIGTERM', () => child.kill('SIGTERM'))
process.on('SIGHUP', () => child.kill('SIGTERM'))
whenNpmEnds(() => child.kill('SIGTERM'))
if (process.connected) process.once('disconnect', () => child.kill('SIGTERM'))
child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
