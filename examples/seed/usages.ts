/**
 * The usage examples, by their headings in `fixtures/usage-examples.md`: where the text of each is put, and what an application has
 * around it. The text itself is never changed.
 */
export interface Usage {
  readonly heading: string
  readonly file: string
  readonly before?: string
  readonly after?: string
  /** Blocks of several expressions, divided by empty lines, are put into the file one by one. */
  readonly around?: (piece: string, index: number) => string
}

const MANAGER = `import { SyncStatusManager } from '@/lib/syncStatusManager'\n`

/** A shape is the library's own: the same in every position, `any` included, and assignable both ways. */
const sameAs = (name: string) => `
import type * as library from '@syncwatch/status'
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
export const same: Same<${name}, library.${name}> = true
export const there = (ours: ${name}): library.${name} => ours
export const back = (theirs: library.${name}): ${name} => theirs
`

export const USAGES: readonly Usage[] = [
  { heading: 'WebSocket Events', file: 'sync-status-update.ts', after: sameAs('SyncStatusUpdate') },
  { heading: 'Connection Monitoring', file: 'connection-status.ts', after: sameAs('ConnectionStatus') },
  // It does not import the manager.
  { heading: 'Real-time Broadcasting', file: 'broadcasting.ts', before: MANAGER },
  // The three names that it takes from around it: a store, what is counted there, and what the application does at last.
  {
    heading: 'Connection Recovery',
    file: 'connection-recovery.ts',
    before: `
import { configureStore } from '@reduxjs/toolkit'
import { incrementReconnectAttempts, setConnectionStatus, syncStatusReducer } from '@/lib/redux/slices/syncStatusSlice'
export function createRecovery(initializeMonitoring: () => void) {
const store = configureStore({ reducer: { syncStatus: syncStatusReducer } })
const { dispatch } = store
let reconnectAttempts = 0
store.subscribe(() => { reconnectAttempts = store.getState().syncStatus.connection.reconnectAttempts })
`,
    after: 'return { store, handleConnectionLoss }\n}\n',
  },
  { heading: 'Performance Tracking', file: 'performance-metrics.ts', after: sameAs('PerformanceMetrics') },
  // Three expressions after one another are no module in any language: each becomes a component.
  {
    heading: 'Status Indicators',
    file: 'status-indicators.tsx',
    before: `import { CompactSyncIndicator, FloatingSyncStatus, SyncStatusIndicators } from '@/components/sync/SyncStatusIndicators'\n`,
    around: (piece, index) => `export const Indicator${index} = () => (\n${piece}\n)\n`,
  },
  { heading: 'Creating Sync Operations', file: 'creating-sync-operations.ts', after: 'export { operationId }\n' },
  { heading: 'Monitoring Sync Status', file: 'my-component.tsx', after: 'export { MyComponent }\n' },
]

/** The text under a heading of the page, without what marks it as code. */
export function exampleOf(page: string, heading: string): string {
  const [, code] = page.split(`\n## ${heading}\n`)[1]?.match(/^\n```\w+\n([\s\S]*?)```\n/) ?? []
  if (code === undefined) throw new Error(`No example stands under "${heading}".`)
  return code
}

/** The file of a usage, with the example as it is written within. */
export function fileOf({ before = '', after = '', around }: Usage, example: string): string {
  const within = around === undefined ? example : example.split(/\n\n/).map(around).join('')
  return `${before}${within}${after}`
}
