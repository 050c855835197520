import { type Comparison, libraryChange, type ReconcilePolicy, type SideChange, storeChange } from './comparison.ts'
import type { Decision, HoldReason, RuleId } from './decision.ts'

/**
 * Decides what to do about one key, from what was seen alone. Total: every pair of changes has a decision, and what the
 * table settles with rows that are not built yet is held, never dropped. The rules are those of SPEC.md.
 */
export function reconcile(seen: Comparison, policy: ReconcilePolicy): Decision {
  const library = libraryChange(seen)
  const store = storeChange(seen)
  // What was not seen is not concluded from (R24).
  if (store === '?') return { kind: 'nothing', rule: 'R24' }
  if (seen.base === null) return reconcileNew(seen, library, policy)
  return reconcileKnown(seen, library, store, policy)
}

/** No base: `library` is `N` or `-`. */
function reconcileNew(seen: Comparison, library: SideChange, policy: ReconcilePolicy): Decision {
  const object = presentObject(seen)
  if (object === null)
    return library === 'N' ? pushUnlessPull(policy, { rule: 'R19', ifVersion: null }) : { kind: 'nothing', rule: 'R1' }
  if (seen.library === null) return pullUnlessPush(policy, { rule: 'R20', ifRevision: null })
  if (object.sha256 === null) return { kind: 'hash', rule: 'R21' }
  return object.sha256 === seen.library.sha256
    ? { kind: 'adopt', rule: 'R21', ifRevision: seen.library.revision }
    : hold('R22', 'conflict')
}

/** With a base: the rows 1 to 10. */
function reconcileKnown(seen: Comparison, library: SideChange, store: SideChange, policy: ReconcilePolicy): Decision {
  if (library === 'D') return store === 'D' ? hold('R6', 'deleted_on_both') : deletedInLibrary(store)
  if (store === 'D') return hold(library === '=' ? 'R5' : 'R9', 'absent_in_store')
  if (library === 'M') return store === '=' ? pushBack(seen, policy) : bothChanged(seen)
  if (store === 'M') return pullUnlessPush(policy, { rule: 'R3', ifRevision: seen.library?.revision ?? null })
  return presentObject(seen)?.version === seen.base?.version
    ? { kind: 'nothing', rule: 'R1' }
    : { kind: 'refresh', rule: 'R1' }
}

function deletedInLibrary(store: SideChange): Decision {
  return hold(store === 'M' ? 'R10' : 'R4', 'deleted_in_library')
}

function pushBack(seen: Comparison, policy: ReconcilePolicy): Decision {
  return pushUnlessPull(policy, { rule: 'R2', ifVersion: seen.base?.version ?? null })
}

function bothChanged(seen: Comparison): Decision {
  const object = presentObject(seen)
  if (object?.sha256 === null) return { kind: 'hash', rule: 'R7' }
  return seen.library !== null && object?.sha256 === seen.library.sha256
    ? { kind: 'adopt', rule: 'R7', ifRevision: seen.library.revision }
    : hold('R8', 'conflict')
}

function presentObject(seen: Comparison) {
  return seen.store === 'absent' || seen.store === 'unknown' ? null : seen.store
}

/** A mirror out takes nothing in. */
function pullUnlessPush(policy: ReconcilePolicy, pull: { rule: RuleId; ifRevision: number | null }): Decision {
  return policy.mode === 'push' ? { kind: 'nothing', rule: pull.rule } : { kind: 'pull', ...pull }
}

/** A mirror in gives nothing out. */
function pushUnlessPull(policy: ReconcilePolicy, push: { rule: RuleId; ifVersion: string | null }): Decision {
  return policy.mode === 'pull' ? { kind: 'nothing', rule: push.rule } : { kind: 'push', ...push }
}

function hold(rule: RuleId, reason: HoldReason): Decision {
  return { kind: 'hold', rule, reason }
}
