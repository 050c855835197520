import type { ItemRow } from '@syncwatch/core'

const SAID: Record<ItemRow['state'], string> = {
  pending: 'pending',
  in_progress: 'in progress',
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
}

/** What happened to an item, in two words: "import done". What was to be passed over has no action that could fail. */
export function itemWords({ action, state }: Pick<ItemRow, 'action' | 'state'>): string {
  if (action !== 'skip') return `${action} ${SAID[state]}`
  return state === 'failed' ? 'not synced' : 'passed over'
}
