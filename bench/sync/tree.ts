import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { cp, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const FOLDERS = 200
const SMALLEST = 2_000
const LARGEST = 60_000
const AGE_S = 86_400

/** `count` files of random bytes, 2 to 60 kB each, in 200 folders on two levels, last changed a day ago. */
export async function makeTree(root: string, count: number): Promise<{ bytes: number }> {
  const time = Math.floor(Date.now() / 1000) - AGE_S
  let bytes = 0
  for (let index = 0; index < count; index += 1) {
    const folder = join(root, `album-${index % 20}`, `day-${Math.floor(index / 20) % (FOLDERS / 20)}`)
    if (index < FOLDERS) await mkdir(folder, { recursive: true })
    const content = randomBytes(SMALLEST + Math.floor(Math.random() * (LARGEST - SMALLEST)))
    bytes += content.length
    const path = join(folder, `photo-${index}.jpg`)
    await writeFile(path, content)
    await utimes(path, time, time)
  }
  return { bytes }
}

export function copyTree(from: string, to: string): Promise<void> {
  return cp(from, to, { recursive: true, preserveTimestamps: true })
}

/** Waits until the disk has everything that was written so far, by whomever. */
export async function syncDisk(): Promise<void> {
  await promisify(execFile)('sync')
}

/** What is in a tree, name and content, as one hash; names that tools keep for themselves are left out. */
export async function treeHash(root: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.syncwatch-'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(file.slice(root.length)).update(await readFile(file))
  return hash.digest('hex')
}
