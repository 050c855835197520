import type { Precondition } from '@syncwatch/sync'
import { type DiskWork, doAlone } from '../local-files/disk-syncs.ts'
import {
  type ChangeContext,
  changeSidecar,
  deleteFile,
  type LocalContent,
  moveFile,
  preparePlace,
  publishTemporary,
  type SidecarChange,
  writeLocalFile,
} from './change-file.ts'
import { takeFile } from './take-file.ts'
import { walkFolders } from './walk-folder.ts'

/** File work as plain calls with plain data: here and now, or in a worker thread. What waits for the disk says so on its way. */
export const FOLDER_TASKS = {
  walk: walkFolders,
  take: takeFile,
  prepare: ({ context, key }: { context: ChangeContext; key: string }) => preparePlace(context, key),
  publish: (task: {
    context: ChangeContext
    key: string
    temporary: string
    modifiedMs: number | null
    condition: Precondition
  }) => publishTemporary(task.context, task.key, task.temporary, task.modifiedMs, task.condition),
  writeLocal: (task: { context: ChangeContext; key: string; source: LocalContent; condition: Precondition }) =>
    writeLocalFile(task.context, task.key, task.source, task.condition),
  move: (task: { context: ChangeContext; from: string; to: string; version: string }) =>
    moveFile(task.context, task.from, task.to, task.version),
  delete: (task: { context: ChangeContext; key: string; version: string }) =>
    deleteFile(task.context, task.key, task.version),
  sidecar: (task: { context: ChangeContext; key: string; version: string; change: SidecarChange }) =>
    changeSidecar(task.context, task.key, task.version, task.change),
} as const

type Tasks = typeof FOLDER_TASKS
export type TaskName = keyof Tasks
export type TaskInput<Name extends TaskName> = Parameters<Tasks[Name]>[0]
export type TaskOutput<Name extends TaskName> =
  ReturnType<Tasks[Name]> extends DiskWork<infer Result> ? Result : ReturnType<Tasks[Name]>

/** Does file work. Rejects with what the work throws: failed system calls, `Refusal`s, `SyncwatchError`s. */
export interface FolderWork {
  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>>
}

/** In the calling thread. */
export const workHere: FolderWork = {
  run: async (name, input) => doAlone(taskWork(name, input)) as TaskOutput<typeof name>,
}

/** A task as work that goes on from one wait for the disk to the next. */
export function* taskWork(name: string, input: unknown): DiskWork<unknown> {
  if (!Object.hasOwn(FOLDER_TASKS, name)) throw new Error(`There is no task "${name}".`)
  const task: (input: never) => unknown = FOLDER_TASKS[name as TaskName]
  const result = task(input as never)
  return isWork(result) ? yield* result : result
}

function isWork(result: unknown): result is DiskWork<unknown> {
  return typeof result === 'object' && result !== null && Symbol.iterator in result && 'throw' in result
}
