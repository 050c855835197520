import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

/** Node has no syncfs; this program of the core utilities does nothing else. `y` is answered where it went well. */
const LOOP = 'while IFS= read -r place; do if sync -f -- "$place"; then echo y; else echo n; fi; done'

interface Running {
  readonly child: ChildProcessByStdio<Writable, Readable, null>
  readonly answers: AsyncIterator<string>
}

/**
 * Asks the system to bring a whole file system to the disk, through a small shell that stays: to start a program out of this process, with
 * all its memory, costs milliseconds of the thread that everything waits for. One question at a time.
 */
export class SyncProgram {
  #running: Running | null = null

  /** Whether all that had been written to the file systems of these folders when this was called is on the disk. */
  async sync(folders: readonly string[]): Promise<boolean> {
    if (process.platform !== 'linux') return false
    this.#running ??= start()
    const running = this.#running
    hold(running, true)
    try {
      for (const folder of folders) if (!(await ask(running, folder))) return false
      return true
    } catch {
      this.close()
      return false
    } finally {
      hold(running, false)
    }
  }

  /** The shell ends when there is nothing more to read; it does too when this process is killed. */
  close(): void {
    this.#running?.child.stdin.destroy()
    this.#running = null
  }
}

function start(): Running {
  const child = spawn('sh', ['-c', LOOP], { stdio: ['pipe', 'pipe', 'ignore'] })
  // Told by the answer that does not come.
  child.on('error', () => child.stdout.destroy())
  child.stdin.on('error', () => child.stdout.destroy())
  const lines = createInterface({ input: child.stdout })
  return { child, answers: lines[Symbol.asyncIterator]() }
}

async function ask({ child, answers }: Running, folder: string): Promise<boolean> {
  if (folder.includes('\n')) return false
  if (!child.stdin.write(`${folder}\n`)) await once(child.stdin, 'drain')
  const { value, done } = await answers.next()
  if (done === true) throw new Error('The program has ended.')
  return value === 'y'
}

/** It keeps the process alive only while it is asked. */
function hold({ child }: Running, isHeld: boolean): void {
  for (const part of [child, child.stdin, child.stdout] as { ref?(): void; unref?(): void }[])
    if (isHeld) part.ref?.()
    else part.unref?.()
}
