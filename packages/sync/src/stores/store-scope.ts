import { isSyncwatchError } from '@syncwatch/core'
import { z } from 'zod'
import { parseAssetKey } from '../library/asset-key.ts'
import type { StoreScope } from '../ports/ledger.ts'
import type { StoreRecord } from './store-record.ts'

const MAX_PREFIXES = 100

/** Says why a path is none that an asset could have, in the words for keys that people give. */
function assertPath(path: string, problems: z.core.$ZodRawIssue[], input: unknown): void {
  try {
    parseAssetKey(path)
  } catch (error) {
    if (!isSyncwatchError(error)) throw error
    problems.push({ code: 'custom', message: `must be a path inside the store. ${error.message.slice(0, -1)}`, input })
  }
}

/** A folder of a store. The engine compares how keys begin, so each ends in a slash: `a` is not to be `ab.txt` as well. */
const folder = z
  .string()
  .overwrite((path) => (path.endsWith('/') ? path : `${path}/`))
  .check(({ value, issues }) => assertPath(value.slice(0, -1), issues, value))

/**
 * `prefixes` of a store: the folders that are synced, each once and in the order of their letters, because another list is another
 * scope (gate 8). Everything where there is none.
 */
export const storePrefixes = z
  .array(folder)
  .max(MAX_PREFIXES)
  .overwrite((folders) => [...new Set(folders)].sort())
  .meta({
    description:
      'Only these folders of the store are synced, each written as it is there; [] for everything. A slash at the end is added.',
  })

/** `sentinel` of a store: the key of a file that must be there before an absence counts (gate 7); null for none. */
export const storeSentinel = z
  .string()
  .check(({ value, issues }) => assertPath(value, issues, value))
  .nullable()
  .meta({
    description: 'A file of the store that must be there: while it is not, nothing counts as deleted. Null for none.',
  })

/** What of a store is synced, as it is configured: `config.prefixes`. */
export function scopeOf({ config }: Pick<StoreRecord, 'config'>): StoreScope {
  const { prefixes } = config
  return { prefixes: Array.isArray(prefixes) ? prefixes.filter((prefix) => typeof prefix === 'string') : [] }
}

/** Whether a key (an expression of SQL) lies in the scope of a store (`store`) as it is configured now. */
export function inScopeSql(key: string): string {
  return `(jsonb_typeof(store.config -> 'prefixes') IS DISTINCT FROM 'array' OR store.config -> 'prefixes' = '[]'
    OR EXISTS (SELECT FROM jsonb_array_elements_text(store.config -> 'prefixes') prefix WHERE starts_with(${key}, prefix)))`
}
