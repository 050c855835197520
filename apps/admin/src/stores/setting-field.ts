/** How a field of a store's settings looks. */
export const SETTING_FIELD = 'rounded-md border border-line bg-surface px-2 py-1 text-text disabled:text-muted'
