import { type AssetMetadata, NO_METADATA } from '../../src/ports/asset-metadata.ts'
import type { Settlement } from '../../src/reconcile/settlement.ts'
import type { BaseSide, LibrarySide, StoreSide, ThreeTrees } from '../../src/reconcile/three-trees.ts'

export const [A, B, C] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string]

export const DESCRIBED: AssetMetadata = { ...NO_METADATA, description: 'before', tags: ['one'] }

export const BASE: BaseSide = {
  key: 'a.jpg',
  version: 'v1',
  sha256: A,
  metadata: DESCRIBED,
  metadataVersion: 'm1',
}

const EARLY = '2030-01-01T00:00:00.000Z'
const LATE = '2030-01-02T00:00:00.000Z'

/**
 * One side in the letters of the table. `M` is another content on each side, `S` (for `M`) and `n` (for `N`) the same on both; `M+` is the
 * later one. `R` is another name on each side, `Q` (for `R`) the same on both. `m` changes another field on each side, `x` the same
 * field differently. `t` was only touched. `D!` was edited before it was deleted.
 */
export type Letters = string

export function trees(library: Letters, store: Letters, more: Partial<ThreeTrees> = {}): ThreeTrees {
  const isNew = /[Nn-]/.test(library) && /[Nn-]/.test(store)
  return {
    base: isNew ? null : BASE,
    tombstone: null,
    library: librarySide(library),
    store: storeSide(store),
    taken: 'no',
    ...more,
  }
}

function librarySide(letters: Letters): LibrarySide | null {
  if (letters === '-') return null
  const same = /[Sn]/.test(letters)
  const changed = /[MN!]/.test(letters)
  return {
    key: letters.includes('R') ? 'library.jpg' : letters.includes('Q') ? 'same.jpg' : 'a.jpg',
    revision: 7,
    sha256: same ? C : changed ? B : A,
    metadata: /[Nn]/.test(letters) ? NO_METADATA : metadataOf(letters, { display_name: 'library' }, 'library'),
    modifiedAt: letters.includes('+') ? LATE : EARLY,
    trashed: letters.startsWith('D'),
  }
}

function storeSide(letters: Letters): StoreSide | 'absent' | 'unknown' {
  if (letters === '?') return 'unknown'
  if (letters === '-' || letters === 'D') return 'absent'
  const changed = /[MNSn]/.test(letters)
  const described = /[mx]/.test(letters)
  return {
    key: letters.includes('R') ? 'store.jpg' : letters.includes('Q') ? 'same.jpg' : 'a.jpg',
    version: changed || letters.includes('t') ? 'v2' : 'v1',
    sha256: changed ? C : A,
    modifiedAt: letters.includes('+') ? LATE : EARLY,
    metadataVersion: /[Nn]/.test(letters) ? null : described ? 'm2' : 'm1',
    metadata: /[Nn]/.test(letters) ? null : metadataOf(letters, { alt_text: 'store' }, 'store'),
  }
}

function metadataOf(letters: Letters, own: Partial<AssetMetadata>, side: string): AssetMetadata {
  if (letters.includes('x')) return { ...DESCRIBED, description: side }
  return letters.includes('m') ? { ...DESCRIBED, ...own } : DESCRIBED
}

/** A settlement in one line: `library | store`, who lost and how it is kept, and what the base becomes where it is not `agree`. */
export function brief(settlement: Settlement): string {
  switch (settlement.kind) {
    case 'nothing':
      return 'nothing'
    case 'look':
      return `look ${settlement.at}`
    case 'hold':
      return `hold ${settlement.reason}`
    case 'settle': {
      const { library, store, loser, base } = settlement
      const lost = loser === null ? '' : `, ${loser.side} to ${loser.kept}${loser.alsoName === true ? ' and name' : ''}`
      return `${changeOf(library)} | ${changeOf(store)}${lost}${base === 'agree' ? '' : `, ${base}`}`
    }
  }
}

function changeOf(change: Extract<Settlement, { kind: 'settle' }>['library' | 'store']): string {
  if (change.kind !== 'change') return change.kind === 'none' ? '-' : change.kind
  return [
    'restore' in change && change.restore ? 'restore' : '',
    change.key === null ? '' : `key ${change.key}`,
    change.content ? 'content' : '',
    change.metadata === null ? '' : 'metadata',
  ]
    .filter((part) => part !== '')
    .join(' ')
}
