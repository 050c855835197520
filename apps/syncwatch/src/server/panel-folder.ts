import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The built panel: beside the built server, or in its own workspace while developing. */
const PLACES = ['./panel/', '../panel/', '../../../admin/dist/']

export function panelFolder(): string {
  const folders = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)))
  return folders.find((folder) => existsSync(folder)) ?? (folders.at(-1) as string)
}
