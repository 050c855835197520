import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { makeTempFolder } from '@syncwatch/testkit'
import { onTestFinished } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A process of the command line under test. */
export class CliProcess {
  readonly child: ChildProcess
  readonly ended: Promise<Finished>
  stdout = ''
  stderr = ''

  constructor(args: readonly string[], environment: Record<string, string>, cwd: string) {
    this.child = spawn(process.execPath, ['--conditions=@syncwatch/source', main, ...args], {
      cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own, as a shell gives to a command: signals to the test's group do not reach it.
      detached: true,
    })
    this.child.stdout?.on('data', (chunk) => {
      this.stdout += String(chunk)
    })
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += String(chunk)
    })
    // Not 'close': that does not come when we have closed the channel ourselves.
    const whole = [this.child.stdout, this.child.stderr].map((stream) => once(stream as NodeJS.ReadableStream, 'end'))
    this.ended = Promise.all([once(this.child, 'exit'), ...whole]).then(([[code, signal]]) => ({
      code,
      signal,
      stdout: this.stdout,
      stderr: this.stderr,
    }))
  }

  /** The first line of JSON on standard output. */
  async ready(): Promise<{ url: string; pid: number; data: string; store: string | null }> {
    const line = () => this.stdout.split('\n').find((text) => text.startsWith('{'))
    const lost = this.ended.then(({ code, stderr }) => {
      throw new Error(`It ended with ${code} before it was ready: ${stderr}`)
    })
    while (line() === undefined) await Promise.race([once(this.child.stdout as NodeJS.ReadableStream, 'data'), lost])
    lost.catch(() => {})
    return JSON.parse(line() as string)
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name)
  }

  /** As Ctrl-C at a terminal does: to the process and all that it has started. */
  signalGroup(name: NodeJS.Signals): void {
    process.kill(-(this.child.pid as number), name)
  }

  async stop(): Promise<Finished> {
    this.signal('SIGTERM')
    return this.ended
  }
}

/** Starts a command; what still runs at the end of the test is ended. */
export function start(args: readonly string[], environment: Record<string, string> = {}, cwd = '/'): CliProcess {
  const started = new CliProcess(args, environment, cwd)
  onTestFinished(async () => {
    if (started.child.exitCode === null && started.child.signalCode === null) {
      started.signal('SIGTERM')
      const timer = setTimeout(() => started.signal('SIGKILL'), 15_000)
      await started.ended
      clearTimeout(timer)
    }
  })
  return started
}

/** Runs a command to its end. */
export function run(
  args: readonly string[],
  environment: Record<string, string> = {},
  cwd?: string,
): Promise<Finished> {
  return start(args, environment, cwd).ended
}

/** A folder that is deleted after the test, and with it the Postgres that a killed server left running there. */
export async function temporaryFolder(label: string): Promise<string> {
  const folder = await makeTempFolder(label)
  onTestFinished(() => folder.remove())
  return folder.path
}

/** The arguments of a server on a free port that says in JSON when it is ready. */
export function serveArgs(data: string, ...more: string[]): string[] {
  return ['serve', '--json', '--no-open', '--port', '0', '--data', data, ...more]
}
