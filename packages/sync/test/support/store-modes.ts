import type { StoreMode } from '@syncwatch/core'

export const STORE_MODES_UNDER_TEST: StoreMode[] = ['two-way', 'pull', 'push']
