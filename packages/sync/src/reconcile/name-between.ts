import { fitName } from './fit-name.ts'

/**
 * The name that an object has while a circle of names is opened: `<key>.syncwatch-moving-<8 hex digits>`, cut where the key was too long.
 * Nobody gave it that name, so it is never taken for one: the library does not learn it.
 */
export function nameBetween(key: string, digits: string): string {
  const slash = key.lastIndexOf('/') + 1
  return fitName(key.slice(0, slash), key.slice(slash), `.syncwatch-moving-${digits}`)
}

/** The key that a name in between was made of; null for every other name. */
export function keyBeforeMoving(name: string): string | null {
  return /^(.*[^/])\.syncwatch-moving-[0-9a-f]{8}$/su.exec(name)?.[1] ?? null
}
