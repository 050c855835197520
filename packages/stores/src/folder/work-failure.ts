import { type ErrorCode, isSyncwatchError, SyncwatchError } from '@syncwatch/core'
import { Refusal } from '../local-files/refusal.ts'
import { systemCode } from '../local-files/system-call.ts'

/** A failure of file work as it passes between threads, which keep neither the class of an error nor its fields. */
export type WorkFailure =
  | { readonly kind: 'refusal'; readonly refusal: ErrorCode; readonly says: string }
  | { readonly kind: 'syncwatch'; readonly code: ErrorCode; readonly message: string; readonly details: object }
  | { readonly kind: 'system'; readonly code: string; readonly message: string }

export function describeFailure(error: unknown): WorkFailure {
  if (error instanceof Refusal) return { kind: 'refusal', refusal: error.refusal, says: error.says }
  if (isSyncwatchError(error))
    return { kind: 'syncwatch', code: error.code, message: error.message, details: { ...error.details } }
  return { kind: 'system', code: systemCode(error), message: error instanceof Error ? error.message : String(error) }
}

export function reviveFailure(failure: WorkFailure): Error {
  switch (failure.kind) {
    case 'refusal':
      return new Refusal(failure.refusal, failure.says)
    case 'syncwatch':
      return new SyncwatchError(failure.code, failure.message, { details: { ...failure.details } })
    case 'system':
      return failure.code === ''
        ? new Error(failure.message)
        : Object.assign(new Error(failure.message), { code: failure.code })
  }
}
