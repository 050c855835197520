import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Stops each Postgres that runs below the folders it is given, and deletes them. */
const SCRIPT = join(import.meta.dirname, 'put-away.sh')

let keeper: ChildProcess | undefined

/**
 * Has the folder put away when this process ends, however it ends: a shell reads the names and waits for the end of its
 * input, which comes with our end. It is a group of its own, so Ctrl-C does not reach it. One for the whole process.
 */
export function putAwayAtTheEnd(folder: string): void {
  keeper ??= startKeeper()
  keeper.stdin?.write(`${folder}\n`)
}

function startKeeper(): ChildProcess {
  const child = spawn('sh', [SCRIPT], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  child.unref()
  child.stdin?.on('error', () => {}) // Somebody ended the keeper: what it would have done is not worth a failed test.
  ;(child.stdin as { unref?(): void } | null)?.unref?.()
  return child
}

/** Does the same at once. */
export async function putAway(folder: string): Promise<void> {
  const child = spawn('sh', [SCRIPT], { cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.end(`${folder}\n`)
  await once(child, 'exit')
}
