import type { StoreEdit } from '@syncwatch/client/library'
import type { StoreSummary } from '@syncwatch/core'
import { useState } from 'react'
import { useMedia } from '../media/media-context.ts'

/** What can be set of a store, by the names that its row has for it. */
export type StoreSettings = Pick<
  StoreSummary,
  'name' | 'mode' | 'conflict_policy' | 'delete_limit' | 'schedule' | 'prefixes' | 'sentinel'
> & { paused: boolean }
export type StoreSetting = keyof StoreSettings

interface Pending {
  value: StoreSettings[StoreSetting]
  /** The `rev` of the answer; null while it is on its way. */
  rev: number | null
}

export interface StoreEditing {
  /** The settings as they were chosen, also before the server has said so. */
  shown: StoreSettings
  /** Resolves to whether it was done. What was refused is as it was before. */
  set<Name extends StoreSetting>(name: Name, value: StoreSettings[Name]): Promise<boolean>
  isBusy(name: StoreSetting): boolean
  /** Why the last change of a setting was not made. */
  refusal(name: StoreSetting): Error | null
  /** Whether it was changed here, and nothing has refused that. */
  isSaved(name: StoreSetting): boolean
}

const settingsOf = (store: StoreSummary): StoreSettings => {
  // While a deploy runs, a node from before these two were settings may tell of the store.
  const { name, mode, conflict_policy, delete_limit, schedule, prefixes = [], sentinel = null, state } = store
  return { name, mode, conflict_policy, delete_limit, schedule, prefixes, sentinel, paused: state === 'paused' }
}

/** Changes settings of a store at once, and takes a change back where the server refuses it. */
export function useStoreEdit(store: StoreSummary): StoreEditing {
  const { api } = useMedia()
  const [pending, setPending] = useState<Partial<Record<StoreSetting, Pending>>>({})
  const [refusals, setRefusals] = useState<Partial<Record<StoreSetting, Error>>>({})
  const set: StoreEditing['set'] = async (name, value) => {
    setPending((before) => ({ ...before, [name]: { value, rev: null } }))
    setRefusals(({ [name]: _, ...others }) => others)
    try {
      const { rev } = await (name === 'schedule'
        ? api.stores.schedule(store.id, value as string | null)
        : api.stores.edit(store.id, { [name]: value } as StoreEdit))
      setPending((before) => (before[name]?.value === value ? { ...before, [name]: { value, rev } } : before))
      return true
    } catch (error) {
      setPending(({ [name]: _, ...others }) => others)
      setRefusals((before) => ({ ...before, [name]: error as Error }))
      return false
    }
  }
  // The live row takes over as soon as it is as new as the answer was.
  const standing = Object.entries(pending).filter(([, { rev }]) => rev === null || rev > store.rev)
  return {
    shown: { ...settingsOf(store), ...Object.fromEntries(standing.map(([name, { value }]) => [name, value])) },
    set,
    isBusy: (name) => pending[name]?.rev === null,
    refusal: (name) => refusals[name] ?? null,
    isSaved: (name) => (pending[name]?.rev ?? null) !== null,
  }
}
