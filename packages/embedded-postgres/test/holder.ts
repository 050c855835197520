import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** What `holder-process.ts` says: it is ready, or why it is not. */
export type HolderNews =
  | { readonly url: string; readonly pid: number; readonly adopted: boolean }
  | { readonly code: string; readonly message: string }

/** A process of its own, and a process group of its own, that holds an embedded Postgres. */
export interface Holder {
  readonly process: ChildProcess
  /** Its one line. */
  readonly news: Promise<HolderNews>
  /** Sends the signal to the process alone or to its whole group, and waits until the process has ended. */
  end(signal: NodeJS.Signals, whom?: 'alone' | 'group'): Promise<void>
}

export function startHolder(dataFolder: string, word = 'word', env: NodeJS.ProcessEnv = process.env): Holder {
  const script = fileURLToPath(new URL('./holder-process.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@syncwatch/source', script, dataFolder, word], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const news = Promise.race([
    once(lines, 'line').then(([line]) => JSON.parse(String(line)) as HolderNews),
    once(lines, 'close').then(() => ({ code: 'none', message: 'it ended without a word' })),
  ])
  return {
    process: child,
    news,
    end: async (signal, whom = 'alone') => {
      if (child.exitCode === null && child.signalCode === null) {
        process.kill(whom === 'group' ? -(child.pid ?? 0) : (child.pid ?? 0), signal)
      }
      await exited
    },
  }
}

/** The news of a holder that is ready; throws what it said otherwise. */
export async function ready(holder: Holder): Promise<Extract<HolderNews, { url: string }>> {
  const news = await holder.news
  if ('url' in news) return news
  throw new Error(`${news.code}: ${news.message}`)
}
