import { lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { advance, type DiskSync, type DiskWork, type Done, type Step, syncEach } from './disk-syncs.ts'

/** Works that have come to a wait for the disk: how many, and a folder of each file system that they wait for, by its device. */
export interface DiskWait {
  readonly ids: readonly number[]
  readonly places: readonly (readonly [device: number, folder: string])[]
}

/** What became of works that were begun or resumed together. */
export interface Steps {
  readonly done: readonly (readonly [id: number, done: Done<unknown>])[]
  readonly wait: DiskWait | null
}

interface Waiting {
  readonly work: DiskWork<unknown>
  readonly sync: DiskSync
}

/**
 * Works of one thread. All go on to their next wait for the disk and are put aside there: the thread does other work, until whoever waits
 * for the disk for all threads together says that it is done.
 */
export class WaitingWorks {
  readonly #waiting = new Map<number, Waiting>()

  begin(works: readonly { readonly id: number; readonly work: DiskWork<unknown> }[]): Steps {
    return this.#taken(works.map(({ id, work }) => ({ id, work, step: advance(work) })))
  }

  /** What these waited for is on the disk. */
  synced(ids: readonly number[]): Steps {
    return this.#taken(this.#resumed(ids).map(({ id, work, sync }) => ({ id, work, step: advance(work, sync) })))
  }

  /** Nobody has asked for what these wait for. */
  syncAlone(ids: readonly number[]): Steps {
    const works = this.#resumed(ids)
    const failures = syncEach(works.map(({ sync }) => sync))
    return this.#taken(works.map(({ id, work, sync }) => ({ id, work, step: advance(work, sync, failures) })))
  }

  #resumed(ids: readonly number[]): ({ id: number } & Waiting)[] {
    return ids.flatMap((id) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      return waiting === undefined ? [] : [{ id, ...waiting }]
    })
  }

  #taken(steps: readonly { id: number; work: DiskWork<unknown>; step: Step<unknown> }[]): Steps {
    const done: [number, Done<unknown>][] = []
    const folders = new Set<string>()
    const ids: number[] = []
    for (const { id, work, step } of steps) {
      if (step.kind !== 'wait') done.push([id, step])
      else {
        const { sync } = step
        this.#waiting.set(id, { work, sync })
        ids.push(id)
        folders.add(sync.kind === 'file' ? dirname(sync.path) : sync.path)
      }
    }
    return { done, wait: ids.length === 0 ? null : { ids, places: [...placesOf(folders)] } }
  }
}

/** No file system has this device: asked about it, the system fails, and each is asked for by itself. */
const UNKNOWN_DEVICE = -1

function placesOf(folders: ReadonlySet<string>): Map<number, string> {
  return new Map([...folders].map((folder) => [deviceOf(folder), folder]))
}

function deviceOf(folder: string): number {
  try {
    return lstatSync(folder).dev
  } catch {
    return UNKNOWN_DEVICE
  }
}
