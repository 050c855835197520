import type { StoreSummary } from '@syncwatch/core'

/** What each mode does, said where it is chosen. */
export const MODES: Record<StoreSummary['mode'], { name: string; does: string }> = {
  'two-way': { name: 'Two-way', does: 'Changes travel in both directions.' },
  pull: { name: 'Pull', does: 'The library follows the store; the store is never written to.' },
  push: { name: 'Push', does: 'The store follows the library; the library is never changed by it.' },
}

export const CONTENT_MODES: Record<StoreSummary['content_mode'], { name: string; does: string }> = {
  full: { name: 'Keep the files', does: 'The library keeps a copy of every file.' },
  reference: {
    name: 'Refer to the files',
    does: 'The library keeps names, hashes and small pictures; the files stay there.',
  },
}

/** What happens where both sides were changed. */
export const POLICIES: Record<StoreSummary['conflict_policy'], { name: string; does: string }> = {
  'keep-both': { name: 'Keep both', does: 'The library’s keeps the name, the store’s lives on beside it as a copy.' },
  newer: { name: 'The newer', does: 'The side that was changed last keeps the name, the other lives on beside it.' },
  library: { name: 'The library', does: 'The library’s side wins; what the store had is kept as a version.' },
  store: { name: 'The store', does: 'The store’s side wins; what the library had is kept as a version.' },
  manual: { name: 'A person decides', does: 'Nothing is done until somebody has decided under Conflicts.' },
}

/** When a store is synced without a schedule. */
export const syncedBesides = (isPaused: boolean): string =>
  isPaused
    ? 'It is paused: synced by hand alone.'
    : 'Changes on either side are synced as they come; a schedule looks through all of it besides.'

/** Schedules to choose from; any other is written as five fields. */
export const SCHEDULES: readonly { cron: string | null; name: string }[] = [
  { cron: null, name: 'None' },
  { cron: '*/5 * * * *', name: 'Every 5 minutes' },
  { cron: '*/15 * * * *', name: 'Every 15 minutes' },
  { cron: '0 * * * *', name: 'Every hour' },
  { cron: '0 */6 * * *', name: 'Every 6 hours' },
  { cron: '0 3 * * *', name: 'Every day at 03:00 UTC' },
  { cron: '0 3 * * 1', name: 'Every Monday at 03:00 UTC' },
]
