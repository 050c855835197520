import { type ChildProcess, spawn } from 'node:child_process'
import { open, rename, stat } from 'node:fs/promises'
import { type Clock, SyncwatchError, sleep } from '@syncwatch/core'
import { isAlive } from './process-facts.ts'
import { type ProgramOptions, programEnvironment } from './run-program.ts'

/** How the server process ended. Of a server that we adopted only the fact is known. */
export interface PostmasterExit {
  readonly pid: number
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A running Postgres server process: one we started, or one we found and adopted. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly adopted: boolean
  /** Set as soon as it is known to have ended. */
  readonly exit: PostmasterExit | undefined
  /** Calls back once, when it ends or at once when it has. */
  onExit(callback: (exit: PostmasterExit) => void): void
}

/** How often a process that is not our child is looked at. Milliseconds. */
const WATCH_MS = 250

class WatchedPostmaster implements Postmaster {
  readonly pid: number
  readonly port: number
  readonly adopted: boolean
  exit: PostmasterExit | undefined
  readonly #callbacks: Array<(exit: PostmasterExit) => void> = []

  constructor(pid: number, port: number, adopted: boolean) {
    this.pid = pid
    this.port = port
    this.adopted = adopted
  }

  onExit(callback: (exit: PostmasterExit) => void): void {
    if (this.exit) callback(this.exit)
    else this.#callbacks.push(callback)
  }

  ended(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.exit) return
    this.exit = { pid: this.pid, code, signal }
    for (const callback of this.#callbacks.splice(0)) callback(this.exit)
  }
}

/** Takes over a server that another process started. */
export function adoptPostmaster(pid: number, port: number, clock: Clock): Postmaster {
  const postmaster = new WatchedPostmaster(pid, port, true)
  const watch = (): void => {
    clock.setTimeout(() => void look(), WATCH_MS).unref()
  }
  const look = async (): Promise<void> => {
    if (await isAlive(pid)) watch()
    else postmaster.ended(null, null)
  }
  watch()
  return postmaster
}

/**
 * Starts a server process in a session of its own, so that a signal to our group (Ctrl-C) does not reach it and it is
 * still there for the last write. It does not keep our event loop alive.
 */
export async function spawnPostmaster(
  command: readonly [string, ...string[]],
  port: number,
  logFile: string,
  options: ProgramOptions,
): Promise<Postmaster> {
  const [program, ...argv] = command
  const log = await open(logFile, 'a', 0o600)
  let child: ChildProcess
  try {
    const stdio = ['ignore', log.fd, log.fd] as const
    child = spawn(program, argv, { ...options, cwd: '/', env: programEnvironment(), detached: true, stdio: [...stdio] })
    await spawned(child)
  } finally {
    await log.close()
  }
  child.unref()
  const postmaster = new WatchedPostmaster(child.pid ?? 0, port, false)
  child.once('exit', (code, signal) => postmaster.ended(code, signal))
  if (child.exitCode !== null || child.signalCode !== null) postmaster.ended(child.exitCode, child.signalCode)
  return postmaster
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) =>
      reject(new SyncwatchError('postgres_unavailable', `Postgres cannot be started: ${cause.message}.`, { cause })),
    )
  })
}

/** A fast shutdown that takes longer than this becomes an immediate one: no data is lost, the next start recovers. */
const FAST_SHUTDOWN_MS = 60_000
const IMMEDIATE_SHUTDOWN_MS = 15_000

/** Ends the server and waits until it is gone: open transactions are rolled back, everything committed is on disk. */
export async function stopPostmaster(postmaster: Postmaster, clock: Clock): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
  ] as const) {
    if (!(await isRunning(postmaster))) return
    signalProcess(postmaster.pid, signal)
    const deadline = clock.monotonic() + patience
    while (clock.monotonic() < deadline) {
      if (!(await isRunning(postmaster))) return
      await sleep(clock, 20)
    }
  }
  throw new SyncwatchError('timeout', `Postgres (process ${postmaster.pid}) does not end: look at it, then end it.`)
}

async function isRunning(postmaster: Postmaster): Promise<boolean> {
  return postmaster.exit === undefined && (await isAlive(postmaster.pid))
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** The log starts a new file at a start when it is larger than this; one old file is kept. */
const LOG_LIMIT_BYTES = 10 * 1024 * 1024

/** Puts an overlong log aside and gives the length of the current one, where the next start's words begin. */
export async function rotateLog(logFile: string): Promise<number> {
  const size = (await stat(logFile).catch(() => undefined))?.size ?? 0
  if (size <= LOG_LIMIT_BYTES) return size
  await rename(logFile, `${logFile}.old`)
  return 0
}

/** What was logged from `offset` on, 64 KiB at most. */
export async function logSince(logFile: string, offset: number): Promise<string> {
  const file = await open(logFile, 'r').catch(() => undefined)
  if (!file) return ''
  try {
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(65_536), position: offset })
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
