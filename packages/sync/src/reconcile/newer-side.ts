import type { Side } from './merge-metadata.ts'

/** Which side changed later; null where the times are equal, missing or no times. */
export function newerSide(library: string | null | undefined, store: string | null | undefined): Side | null {
  const [here, there] = [Date.parse(library ?? ''), Date.parse(store ?? '')]
  if (Number.isNaN(here) || Number.isNaN(there) || here === there) return null
  return here > there ? 'library' : 'store'
}
