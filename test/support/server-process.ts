import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { waitFor } from '@syncwatch/testkit'

const root = new URL('../..', import.meta.url).pathname

/** A server started as a person starts it, in a process group of its own. */
export class ServerProcess {
  readonly url: string
  readonly #child: ChildProcess
  #output = ''

  constructor(args: readonly string[], port: number, env: Record<string, string> = {}) {
    this.url = `http://127.0.0.1:${port}`
    this.#child = spawn(process.execPath, ['scripts/start.mjs', ...args, '--port', String(port), '--no-open'], {
      cwd: root,
      detached: true,
      // The channel is how it notices that the run of the tests was killed: it then stops in order.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...surroundings(), ...env },
    })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString()
      })
    }
  }

  get output(): string {
    return this.#output
  }

  async ready(): Promise<void> {
    await waitFor(
      async () => {
        if (this.hasEnded) throw new Error(`The server ended:\n${this.#output}`)
        return (await fetch(`${this.url}/readyz`).catch(() => null))?.status === 200
      },
      { what: 'the server to be ready', timeoutMs: 60_000, intervalMs: 50 },
    )
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  /** Sends a signal to the whole group: SIGKILL is what a crash of the machine's supervisor looks like. */
  async end(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT'): Promise<void> {
    if (this.hasEnded || this.#child.pid === undefined) return
    const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()))
    process.kill(-this.#child.pid, signal)
    await ended
  }

  /** Freezes the whole group, or lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (!this.hasEnded && this.#child.pid !== undefined) process.kill(-this.#child.pid, signal)
  }

  async json<Body>(path: string): Promise<Body> {
    const answer = await fetch(`${this.url}${path}`)
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as Body
  }
}

/** Our environment without what would lead a server elsewhere: a test never touches a database that it did not make. */
function surroundings(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => name !== 'DATABASE_URL' && !name.startsWith('SYNCWATCH_'))
  return Object.fromEntries(own)
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
