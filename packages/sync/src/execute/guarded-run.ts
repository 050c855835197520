import type { LedgerRun } from '../ports/ledger.ts'

/** The same run with some of its calls done otherwise. */
export function withCalls(ledgerRun: LedgerRun, calls: Partial<LedgerRun>): LedgerRun {
  return new Proxy(ledgerRun, {
    get: (target, name) => {
      const own: unknown = Reflect.get(calls, name)
      if (own !== undefined) return own
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A run that commits nothing unless `assertSound` finds the world as it was: what was done in another one is not what it says. */
export function guardedRun(ledgerRun: LedgerRun, assertSound: () => Promise<void>): LedgerRun {
  return withCalls(ledgerRun, {
    commit: async (entries) => {
      await assertSound()
      return ledgerRun.commit(entries)
    },
  })
}
