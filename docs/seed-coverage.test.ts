import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const page = new URL('./seed-coverage.md', import.meta.url)
const text = readFileSync(page, 'utf8')

/** The headings of the description, and what is promised under each, by a name of our own. */
const PROMISES: Record<string, string[]> = {
  Summary: [
    'Live monitoring of sync operations',
    'Connection health monitoring',
    'Metrics and error rates',
    'Persistence and recovery',
    'Complete visibility into operations',
  ],
  'Database schema': [
    '`supabase-schema.sql`',
    '`sync_operations`',
    '`connection_status`',
    '`sync_status_snapshots`',
    'Functions for progress, completion, snapshots',
    'Triggers that NOTIFY',
  ],
  'Status manager service': [
    'Creating and tracking operations',
    'WebSocket broadcasting',
    'Status persistence and recovery',
    'Performance metrics collection',
    'Connection monitoring',
  ],
  'Redux state': [
    'Active operations',
    'Connection status in the state',
    'Health metrics in the state',
    'Real-time update handling',
    'Performance analytics',
  ],
  Provider: [
    'WebSocket connection management',
    'Automatic reconnection',
    'Health monitoring intervals',
    'Network state detection',
    'Periodic cleanup',
  ],
  'Indicator components': ['`SyncStatusIndicators`', '`CompactSyncIndicator`', '`FloatingSyncStatus`'],
  'Bidirectional sync service': [
    'Progress of a sync in real time',
    'Status broadcasting of a sync',
    'Metrics of a sync',
    'Errors with status updates',
  ],
  'Architecture and shapes': [
    'Data flow to database, broadcast, state and page',
    '`SyncStatusUpdate`',
    '`ConnectionStatus`',
  ],
  'Operation tracking': [
    'Live progress updates',
    'Estimated completion times',
    'Duration and throughput',
    'Error tracking and recovery of operations',
  ],
  'Health monitoring': [
    'Connection status with latency',
    'Error rate and its trend',
    'Performance score',
    'Health checks every 2 minutes',
  ],
  'Status persistence': [
    'Operation history in the database',
    'Recovery from interrupted connections',
    'Snapshots of the system',
    'Cleanup of old data',
  ],
  'Visual indicators': [
    'Compact: connection, operations, health',
    'Full: metrics, performance, error rates',
    'Floating: minimal',
  ],
  'Technical features': ['`broadcastSyncUpdate` as written', 'Connection recovery as written', '`PerformanceMetrics`'],
  'Admin panel': [
    'Header with the compact indicator',
    'Dashboard with details',
    'Floating widget',
    'Progress without a page refresh',
    'The three indicator usages as written',
  ],
  'Monitoring dashboard': [
    'Connected: green with latency',
    'Reconnecting: yellow with attempts',
    'Disconnected: red with the error',
    'Healthy below 5 %, warning to 10 %, critical above',
    'Count of running operations',
    'Progress of each operation',
    'Estimated completion on the page',
    'Errors on the page',
  ],
  Configuration: [
    'No further settings are needed',
    'Existing Supabase credentials',
    'Built-in WebSockets',
    'Automatic database setup',
    'Indexes made for it',
  ],
  'Usage examples': ['Creating Sync Operations as written', 'Monitoring Sync Status as written'],
  'Verification checklist': [
    'Operation tracking in real time',
    'WebSocket monitoring',
    'Health indicators',
    'Persistence and recovery of status',
    'Visual status indicators',
    'Metrics collection',
    'Error tracking',
    'Reconnection',
    'Schema enhancements',
    'Panel integration',
    'No further credentials',
    'Observability',
  ],
  'Closing summary': [
    'Monitoring',
    'Success rates, latency, throughput',
    'Connection health with recovery',
    'Error handling',
    'Several components',
    'Database-backed status',
    'Production-grade',
  ],
  'The three phases': ['Webhooks (not there yet)', 'Upload flow (not there yet)', 'Sync status management'],
}

interface Row {
  promise: string
  code: Link[]
  tests: Link[]
}
interface Link {
  text: string
  url: URL
}

function rowsOf(section: string): Row[] {
  const body = text.split(`\n## ${section}\n`)[1]?.split('\n## ')[0] ?? ''
  return body
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (promise|-)/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, promise = '', code = '', tests = '']) => ({ promise, code: linksIn(code), tests: linksIn(tests) }))
}

function linksIn(cell: string): Link[] {
  return [...cell.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, name = '', target = '']) => ({
    text: name.replaceAll('`', ''),
    url: new URL(target, page),
  }))
}

test('is all of the description', () => {
  for (const [section, promises] of Object.entries(PROMISES))
    expect(
      rowsOf(section).map(({ promise }) => promise),
      section,
    ).toEqual(promises)
})

test('every promise has code that is there and a test of that name', () => {
  for (const { promise, code, tests } of Object.keys(PROMISES).flatMap(rowsOf)) {
    expect(code.length, `the code of "${promise}"`).toBeGreaterThan(0)
    expect(tests.length > 0, `tests of "${promise}"`).toBe(!promise.endsWith('(not there yet)'))
    for (const { url } of code) expect(existsSync(fileURLToPath(url)), `${promise}: ${url.pathname}`).toBe(true)
    for (const { text: name, url } of tests)
      expect(readFileSync(url, 'utf8'), `${promise}: ${url.pathname}`).toContain(name)
  }
})
