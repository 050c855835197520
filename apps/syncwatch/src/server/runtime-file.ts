import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const schema = z.object({ url: z.string(), pid: z.number(), started_at: z.string() })

/** How commands find the server of a data folder. */
export type RuntimeFacts = z.infer<typeof schema>

function pathIn(dataFolder: string): string {
  return join(dataFolder, 'server.json')
}

/** Says where the server of this data folder is. */
export async function writeRuntimeFile(dataFolder: string, facts: RuntimeFacts): Promise<void> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 })
  const path = pathIn(dataFolder)
  await writeFile(`${path}.${facts.pid}`, `${JSON.stringify(facts)}\n`, { mode: 0o600 })
  await rename(`${path}.${facts.pid}`, path)
}

/** Null when no server has been started here, or when it ended in order. After a kill the file is left and wrong. */
export async function readRuntimeFile(dataFolder: string): Promise<RuntimeFacts | null> {
  try {
    return schema.parse(JSON.parse(await readFile(pathIn(dataFolder), 'utf8')))
  } catch {
    return null
  }
}

/** Takes the file away, if it is this process's own. */
export async function removeRuntimeFile(dataFolder: string, pid: number): Promise<void> {
  const facts = await readRuntimeFile(dataFolder)
  if (facts?.pid === pid) await rm(pathIn(dataFolder), { force: true })
}
