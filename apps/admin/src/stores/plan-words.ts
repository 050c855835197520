import { type HeldPlan, type HeldRow, heldCount } from '@syncwatch/client/library'
import { counted } from '../ui/counted.ts'

const GUARDED: Record<string, string> = {
  inferred_deletes: 'deletes in the library that would follow from files missing in the store',
  library_deletes: 'deletes in the store that would follow from the library’s trash',
  store_overwrites: 'overwriting what the store has',
  library_overwrites: 'overwriting what the library has',
}

/** A gate that is closed: its sentence with the numbers, and what it holds back. */
export interface GateWords {
  gate: number
  message: string
  holds: string
}

/** One line a gate and sentence, whatever it guards. */
export function gateWords({ gates }: HeldPlan): GateWords[] {
  const bySentence = new Map<string, { gate: number; message: string; guards: string[] }>()
  for (const { gate, message, guards } of gates) {
    const key = `${gate} ${message}`
    const known = bySentence.get(key) ?? { gate, message, guards: [] }
    known.guards.push(GUARDED[guards] ?? guards)
    bySentence.set(key, known)
  }
  return [...bySentence.values()].map(({ gate, message, guards }) => ({ gate, message, holds: guards.join(', and ') }))
}

/** What would become of a file, such as "to the library’s trash". */
export function fateOf({ library, store }: HeldRow, storeName: string): string {
  const fates = [
    library === 'trash' && 'to the library’s trash',
    library === 'change' && 'changed in the library',
    library === 'create' && 'added to the library',
    store === 'delete' && `deleted in ${storeName}`,
    store === 'change' && `overwritten in ${storeName}`,
    store === 'create' && `written to ${storeName}`,
  ].filter((fate) => fate !== false)
  return fates.join(', ') || 'looked at again'
}

/** "40 changes of Photos are held back". */
export function heldWords(plan: HeldPlan, storeName: string): string {
  const count = heldCount(plan)
  return `${counted(count, 'change')} of ${storeName} ${count === 1 ? 'is' : 'are'} held back`
}
