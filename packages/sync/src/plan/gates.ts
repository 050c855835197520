import type { ClosedGate, GateEvidence, GateId } from './gate.ts'

/** Of the deletes of a day this many, and this part of the base, may go without a person. */
const FREE_DELETES = 10
const FREE_PART = 0.1
/** From this many base rows on, never more than half. */
const SMALL_BASE = 10
const MOST_PART = 0.5
/** From this many base rows on, a side of which more than half changed is not trusted to overwrite. */
const CHANGED_BASE = 20
/** How far apart two complete listings must be that prove an absence where the store lists eventually. */
const ABSENCE_MS = 60_000

type Guarded = ClosedGate['guards']

/**
 * Which gates are closed by what a comparison came to, before anything runs (SPEC.md, G1 and G4 to G9). Gates 2 and 3 are
 * about each single absence: `absenceStands` and the direct read just before acting.
 */
export function evaluateGates(evidence: GateEvidence): ClosedGate[] {
  return [
    ...listingGates(evidence),
    ...deleteLimit(evidence),
    ...markerGates(evidence),
    ...changeGates(evidence),
    ...identityGates(evidence),
  ]
}

/** G3: whether an absence counts, when an earlier complete listing missed it first so many milliseconds ago (null: none did). */
export function absenceStands(listing: 'strong' | 'eventual', missingForMs: number | null): boolean {
  return listing === 'strong' || (missingForMs !== null && missingForMs >= ABSENCE_MS)
}

function closed(gate: GateId, message: string, ...guards: readonly Guarded[]): ClosedGate[] {
  return guards.map((guarded) => ({ gate, guards: guarded, message }))
}

function listingGates({ listing }: GateEvidence): ClosedGate[] {
  if (listing.complete) return []
  return closed(1, 'The listing was not complete, so nothing follows from what it did not show.', 'inferred_deletes')
}

function deleteLimit(evidence: GateEvidence): ClosedGate[] {
  const { counts } = evidence
  return [
    ...limitOf(evidence, 'inferred_deletes', counts.absentInStore, evidence.inferredDeletes24h),
    ...limitOf(evidence, 'library_deletes', counts.deletedInLibrary, evidence.libraryDeletes24h),
  ]
}

/** The parts are those of the base as it was a day ago: what went since is no reason to let less of it go, or more. */
function limitOf(evidence: GateEvidence, guards: Guarded, now: number, before: number): ClosedGate[] {
  if (now === 0) return []
  const base = evidence.counts.base + before
  const free = evidence.deleteLimit ?? Math.max(FREE_DELETES, Math.floor(base * FREE_PART))
  const limit = base >= SMALL_BASE ? Math.min(free, Math.floor(base * MOST_PART)) : free
  const total = now + before
  if (total <= limit) return []
  const where = guards === 'inferred_deletes' ? 'are missing in the store' : 'were deleted in the library'
  const earlier = before === 0 ? '' : ` and ${before} were deleted in the 24 hours before`
  return closed(4, `${now} of ${base} ${where}${earlier}; ${limit} may go without being asked.`, guards)
}

function markerGates({ counts, listing }: GateEvidence): ClosedGate[] {
  return [
    ...(listing.markerSeen
      ? []
      : closed(5, 'The file that marks this store was not in the listing.', 'inferred_deletes')),
    ...(listing.listed === 0 && counts.base >= SMALL_BASE
      ? closed(5, `The store showed nothing at all where ${counts.base} files are known.`, 'inferred_deletes')
      : []),
    ...(listing.sentinelSeen === false
      ? closed(7, 'The object that must always be there is missing.', 'inferred_deletes')
      : []),
  ]
}

function changeGates({ counts }: GateEvidence): ClosedGate[] {
  const { base, changedInStore, absentInStore, changedInLibrary, deletedInLibrary } = counts
  if (base < CHANGED_BASE) return []
  const store = changedInStore + absentInStore
  const library = changedInLibrary + deletedInLibrary
  const most = base * MOST_PART
  return [
    ...(store > most
      ? closed(6, `${store} of ${base} changed in the store at once.`, 'library_overwrites', 'inferred_deletes')
      : []),
    ...(library > most
      ? closed(6, `${library} of ${base} changed in the library at once.`, 'store_overwrites', 'library_deletes')
      : []),
  ]
}

function identityGates({ scopeChanged, identity }: GateEvidence): ClosedGate[] {
  const scope = 'What is synced of this store was configured anew.'
  return [
    ...(scopeChanged ? closed(8, scope, 'inferred_deletes', 'library_deletes') : []),
    ...(identity === 'replaced' || identity === 'restored'
      ? closed(9, identityMessage(identity), 'inferred_deletes', 'library_deletes')
      : []),
  ]
}

function identityMessage(identity: 'replaced' | 'restored'): string {
  return identity === 'replaced'
    ? 'This is another store than the one that was connected.'
    : 'The store was restored from an earlier state.'
}
