import { SyncwatchError } from '../errors.ts'
import type { OperationRow } from './operation-row.ts'
import { type EndedStatus, isEnded, OPERATION_STATUSES, type OperationStatus } from './operation-status.ts'

/**
 * The life of an operation. Ended is final; a retry is a new operation.
 *
 *              start, progress                complete:completed
 *   pending ───────────────────▶ in_progress ────────────────────▶ completed
 *     │                            │   │ ╰── complete:failed ─────▶ failed
 *     │                            │   ╰──── complete:cancelled ──▶ cancelled
 *     │                            ╰─ cancel: held → stays, with cancel_requested_at; not held → cancelled
 *     ├─ complete:completed ─▶ completed (it starts and ends in one step)
 *     ├─ complete:failed ────▶ failed
 *     ╰─ complete:cancelled, cancel ▶ cancelled
 *
 * **Held** means that a worker is at it: it has a lease that has not run out, or a job (see `isHeld`). Only such an
 * operation can wait for somebody to notice the request. One that nobody holds (driven without a claim, or left by a
 * dead process) is cancelled at once; whoever still reports progress to it gets `illegal_transition` and so learns of it.
 *
 * Taking over an operation whose worker died is no step of this machine: it stays `in_progress` with a new attempt.
 */
export type OperationCommand = 'start' | 'progress' | `complete:${EndedStatus}` | 'cancel'

export const OPERATION_COMMANDS = [
  'start',
  'progress',
  'complete:completed',
  'complete:failed',
  'complete:cancelled',
  'cancel',
] as const satisfies readonly OperationCommand[]

/** Columns that a step sets to the time of the step. One that is set already keeps its value. */
export type StepTime = 'start_time' | 'end_time' | 'cancel_requested_at'

/** What a legal command does: the state it leads to and the times it sets. Reaching `completed` also sets progress 100. */
export interface OperationStep {
  readonly to: OperationStatus
  readonly sets: readonly StepTime[]
}

/** What the machine needs to know of an operation. */
export interface OperationState {
  readonly status: OperationStatus
  readonly held: boolean
}

/** A line of the table: either a step or a refusal. */
export type OperationMachineEntry =
  | {
      readonly from: OperationStatus
      readonly held: boolean
      readonly command: OperationCommand
      readonly step: OperationStep
    }
  | {
      readonly from: OperationStatus
      readonly held: boolean
      readonly command: OperationCommand
      readonly error: 'illegal_transition'
    }

const STARTS: OperationStep = { to: 'in_progress', sets: ['start_time'] }
const GOES_ON: OperationStep = { to: 'in_progress', sets: [] }
const ASKS: OperationStep = { to: 'in_progress', sets: ['cancel_requested_at'] }
const GIVES_UP: OperationStep = { to: 'cancelled', sets: ['cancel_requested_at', 'end_time'] }

/** The next step, or null where the command is illegal. */
function next({ status, held }: OperationState, command: OperationCommand): OperationStep | null {
  if (isEnded(status)) return null
  const pending = status === 'pending'
  switch (command) {
    case 'start':
      return pending ? STARTS : null
    case 'progress':
      return pending ? STARTS : GOES_ON
    case 'cancel':
      return held && !pending ? ASKS : GIVES_UP
    case 'complete:completed':
      return { to: 'completed', sets: pending ? ['start_time', 'end_time'] : ['end_time'] }
    case 'complete:failed':
      return { to: 'failed', sets: ['end_time'] }
    case 'complete:cancelled':
      return { to: 'cancelled', sets: ['end_time'] }
  }
}

/** The whole machine as data: each status, held or not, under each command. SQL and TypeScript are tested with it. */
export const OPERATION_MACHINE_TABLE: readonly OperationMachineEntry[] = /* @__PURE__ */ buildTable()

function buildTable(): OperationMachineEntry[] {
  return OPERATION_STATUSES.flatMap((from) =>
    [false, true].flatMap((held) =>
      OPERATION_COMMANDS.map((command): OperationMachineEntry => {
        const step = next({ status: from, held }, command)
        return step === null ? { from, held, command, error: 'illegal_transition' } : { from, held, command, step }
      }),
    ),
  )
}

/** The step that `command` makes from `state`. Throws `illegal_transition`, with what to do instead. */
export function transition(state: OperationState, command: OperationCommand): OperationStep {
  const step = next(state, command)
  if (step !== null) return step
  throw new SyncwatchError('illegal_transition', refusal(state.status, command), {
    details: { from: state.status, command },
  })
}

/** A sentence for each illegal command. */
function refusal(status: OperationStatus, command: OperationCommand): string {
  if (!isEnded(status)) return 'The operation has started already.'
  const wish = command === 'cancel' ? 'be cancelled' : command === 'progress' ? 'make progress' : WISHES[command]
  return `The operation is ${status}, and that is final: it cannot ${wish}. Retry it as a new operation instead.`
}

const WISHES = {
  start: 'start',
  'complete:completed': 'become completed',
  'complete:failed': 'become failed',
  'complete:cancelled': 'become cancelled',
} as const

/**
 * Whether a worker holds the operation at `now` (epoch milliseconds, the database's time). A lease owner without an end
 * is a job: the queue watches over it. An operation whose queued job nobody has fetched yet is still pending, so it
 * needs no holder. Before the first claim (attempt 0) the owner is only the node whose process reports: nobody there hears a
 * request to cancel.
 */
export function isHeld(row: Pick<OperationRow, 'attempt' | 'lease_owner' | 'lease_until'>, now: number): boolean {
  if (row.lease_owner === null || row.attempt === 0) return false
  return row.lease_until === null || Date.parse(row.lease_until) > now
}
