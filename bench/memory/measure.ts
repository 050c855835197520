import { setTimeout as wait } from 'node:timers/promises'

export interface MemoryUse {
  /** Objects, buffers and what the engine holds outside its heap, after a collection. Bytes. */
  held: number
  /** What the operating system sees. Bytes. */
  resident: number
}

/** Needs `--expose-gc`. */
export async function measureMemory(): Promise<MemoryUse> {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.()
    await wait(100)
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { held: heapUsed + external, resident: rss }
}
