import type { ErrorCode } from '@syncwatch/core'

/**
 * A refusal of file work that no system call reports. Plain, so that it passes from a worker thread; whoever called makes the
 * documented failure of it. `says` goes on after the key: `"a.jpg" <says>.`
 */
export class Refusal extends Error {
  readonly refusal: ErrorCode
  readonly says: string

  constructor(refusal: ErrorCode, says: string) {
    super(says)
    this.refusal = refusal
    this.says = says
  }
}

export const changed = (): Refusal =>
  new Refusal('precondition_failed', 'is not the version that was expected any more')
export const taken = (): Refusal => new Refusal('precondition_failed', 'is there already')
