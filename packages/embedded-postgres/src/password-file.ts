import { randomBytes } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import type { ProgramOptions } from './run-program.ts'

/** The password in the file, or undefined when there is no such file. */
export async function readPassword(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Makes a random password (192 bits, safe in a URL) and stores it. Nobody but its owner can read the file at any moment:
 * it is created with its mode, whatever the umask, and gets its name when it is whole and on the disk.
 */
export async function createPassword(path: string, owner: ProgramOptions): Promise<string> {
  const password = randomBytes(24).toString('base64url')
  const draft = `${path}.new`
  await rm(draft, { force: true })
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${password}\n`)
    if (owner.uid !== undefined && owner.gid !== undefined) await file.chown(owner.uid, owner.gid)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  return password
}
