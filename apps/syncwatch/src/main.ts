import { spawn } from 'node:child_process'
import { SyncwatchError, systemClock, systemRandom } from '@syncwatch/core'
import type { CliContext, Output } from './cli/cli-context.ts'
import { runCli } from './cli/program.ts'

/** A second signal means now; sooner it is the same Ctrl-C, come by another way (npm hands it on as well). */
const IMPATIENT_CODE = 130
const SAME_SIGNAL_MS = 1_000

const code = await runCli(process.argv.slice(2), contextOfProcess())
// Set rather than exit: what was written to a pipe still has to get through.
process.exitCode = code
process.stdout.write('', () => process.exit())

function contextOfProcess(): CliContext {
  return {
    environment: process.env,
    // npm changes into the workspace; the person's own folder is the one that relative paths are meant from.
    folder: (process.connected ? process.env.INIT_CWD : undefined) ?? process.cwd(),
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    fetch: globalThis.fetch,
    clock: systemClock(),
    random: systemRandom(),
    stopping: stoppingSignal(),
    openBrowser,
  }
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // A reader that went away (`| head`) is no reason to end with a stack trace.
  stream.on('error', () => {})
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80
    },
    write: (text) => void stream.write(text),
  }
}

function stoppingSignal(): AbortSignal {
  const stopping = new AbortController()
  const clock = systemClock()
  let since = 0
  const stop = () => {
    if (stopping.signal.aborted && clock.monotonic() - since > SAME_SIGNAL_MS) process.exit(IMPATIENT_CODE)
    if (stopping.signal.aborted) return
    since = clock.monotonic()
    stopping.abort(new SyncwatchError('cancelled', 'Interrupted.'))
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop)
  // Started by `npm start` with a channel: when that process is gone, nobody is left to stop us.
  if (process.connected) process.once('disconnect', stop)
  return stopping.signal
}

function openBrowser(url: string): void {
  const [command, ...before] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform as string] ?? [
    'xdg-open',
  ]
  const child = spawn(command as string, [...before, url], { detached: true, stdio: 'ignore' })
  child.once('error', () => {})
  child.unref()
}
