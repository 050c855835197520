/** Each room and the rooms that its sources may import. docs/architecture.md draws the same map. */
export const rooms = {
  'packages/core': [],
  'packages/database': ['packages/core'],
  'packages/embedded-postgres': ['packages/core'],
  'packages/status': ['packages/core', 'packages/database'],
  'packages/gateway': ['packages/core', 'packages/status'],
  'packages/http': ['packages/core', 'packages/database', 'packages/status'],
  'packages/sync': ['packages/core', 'packages/database', 'packages/status'],
  'packages/webhooks': ['packages/core', 'packages/database'],
  'packages/stores': ['packages/core', 'packages/sync'],
  'packages/status-library': [
    'packages/core',
    'packages/database',
    'packages/status',
    'packages/gateway',
    'packages/http',
  ],
  'packages/client': ['packages/core'],
  'packages/react': ['packages/core', 'packages/client'],
  'packages/testkit': ['packages/core', 'packages/database', 'packages/embedded-postgres', 'packages/sync'],
  'apps/admin': ['packages/core', 'packages/client', 'packages/react'],
  'apps/syncwatch': [
    'packages/core',
    'packages/database',
    'packages/embedded-postgres',
    'packages/status',
    'packages/gateway',
    'packages/http',
    'packages/sync',
    'packages/stores',
    'packages/webhooks',
    'packages/client',
  ],
}

const source = (room) => `^${room}/src/`

export const forbidden = [
  { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
  {
    name: 'resolvable',
    severity: 'error',
    from: { path: '^(packages|apps)/[^/]+/src/' },
    to: { couldNotResolve: true },
  },
  ...Object.entries(rooms).map(([room, allowed]) => ({
    name: `imports-of-${room}`,
    severity: 'error',
    from: { path: source(room), pathNot: '\\.test\\.tsx?$' },
    to: { path: '^(packages|apps|bench|examples)/', pathNot: [room, ...allowed].map(source) },
  })),
  {
    name: 'testkit-is-for-tests',
    severity: 'error',
    from: { path: '^(packages|apps)/[^/]+/src/', pathNot: ['^packages/testkit/', '\\.test\\.tsx?$'] },
    to: { path: '^packages/testkit/' },
  },
  {
    name: 'drivers-do-not-know-each-other',
    severity: 'error',
    from: { path: '^packages/stores/src/([^/]+)/' },
    // File work is what drivers for places on this machine have in common.
    to: {
      path: '^packages/stores/src/([^/]+)/',
      pathNot: ['^packages/stores/src/$1/', '^packages/stores/src/local-files/'],
    },
  },
]

export const options = {
  doNotFollow: { path: 'node_modules' },
  exclude: { path: '(^|/)(dist|node_modules)/' },
  tsPreCompilationDeps: true,
  combinedDependencies: true,
  preserveSymlinks: false,
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['@syncwatch/source', 'types', 'import', 'node', 'default'],
    extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.json', '.css'],
  },
}
