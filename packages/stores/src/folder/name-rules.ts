import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { lookAt } from '../local-files/system-call.ts'
import { MARKER_NAME } from './identity-marker.ts'

/**
 * Whether the file system under a folder tells names apart that differ only in case. Asked by looking for something that is there
 * under its name in the other case: the identity marker, or the first entry that has letters. An empty folder is judged by
 * the platform. APFS and HFS+ never tell the Unicode forms of a name apart, whatever they do with case.
 */
export async function nameRules(root: string, platform: string): Promise<'exact' | 'folded'> {
  if (platform === 'darwin') return 'folded'
  const name = await knownName(root)
  if (name === null) return platform === 'win32' ? 'folded' : 'exact'
  const [one, other] = [lookAt(join(root, name)), lookAt(join(root, upperCase(name)))]
  return one !== null && other !== null && one.ino === other.ino ? 'folded' : 'exact'
}

async function knownName(root: string): Promise<string | null> {
  if (lookAt(join(root, MARKER_NAME)) !== null) return MARKER_NAME
  try {
    for await (const entry of await opendir(root)) if (upperCase(entry.name) !== entry.name) return entry.name
  } catch {
    // What cannot be listed says so when it is listed.
  }
  return null
}

const upperCase = (name: string): string => name.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())
