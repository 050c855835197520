import { gzipSync } from 'node:zlib'
import { type OutputChunk, rolldown } from 'rolldown'
import { expect, it } from 'vitest'

const index = new URL('../src/index.ts', import.meta.url).pathname

/** What we want a page with the indicators to load at first for client, state and components, beyond React, in bytes gzipped. */
const GOAL = 15 * 1024

/** What is loaded at first, at most, by what is used. These may only be lowered. What comes later is counted below. */
const USES = {
  'the provider and a hook': ['SyncStatusProvider, useSyncStatus', 11_450],
  'and the compact indicator': ['SyncStatusProvider, useSyncStatus, CompactSyncIndicator', 14_450],
  'and the floating one': ['SyncStatusProvider, useSyncStatus, CompactSyncIndicator, FloatingSyncStatus', 14_550],
  'and the dashboard': [
    'SyncStatusProvider, useSyncStatus, CompactSyncIndicator, FloatingSyncStatus, SyncStatusIndicators',
    15_200,
  ],
  everything: ['*', GOAL],
} as const

it.each(Object.entries(USES))('%s: client and status components do not grow', async (name, [names, limit]) => {
  const program = names === '*' ? `export * from '${index}'` : `export { ${names} } from '${index}'`
  const bytes = gzipSync((await loadedAtStart(program)).map(({ code }) => code).join(''), { level: 9 }).length
  console.log(`${name}: ${bytes} bytes gzipped (goal: ${GOAL})`)
  expect(bytes).toBeLessThanOrEqual(limit)
})

it('whatever a page uses, what it loads at first is within the goal', () => {
  for (const [, limit] of Object.values(USES)) expect(limit).toBeLessThanOrEqual(GOAL)
})

/**
 * Nobody loads all of it: one of the parts that come later is for where no WebSocket is let through. Each is compressed by itself, so
 * that more parts of the same code are more bytes.
 */
it('all chunks together do not grow', async () => {
  const { all } = await chunksOf(`export * from '${index}'`)
  const bytes = all.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0)
  console.log(`all chunks: ${bytes} bytes gzipped`)
  expect(bytes).toBeLessThanOrEqual(26_400)
})

async function loadedAtStart(program: string): Promise<OutputChunk[]> {
  return (await chunksOf(program)).atStart
}

/** The chunks that a program loads by itself, as an application's build has them: what waits for an `import()` is not paid for at the start. */
async function chunksOf(program: string): Promise<{ atStart: OutputChunk[]; all: OutputChunk[] }> {
  const bundle = await rolldown({
    input: 'program',
    external: [/^react($|\/)/, /^react-dom($|\/)/],
    platform: 'browser',
    preserveEntrySignatures: 'allow-extension',
    resolve: { conditionNames: ['@syncwatch/source', 'browser', 'import', 'default'] },
    logLevel: 'silent',
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === 'program' ? '\0program' : null),
        load: (id) => (id === '\0program' ? program : null),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false })
  await bundle.close()
  const chunks = output.filter((part) => part.type === 'chunk')
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const loaded = new Set<OutputChunk>()
  const load = (chunk: OutputChunk | undefined) => {
    if (!chunk || loaded.has(chunk)) return
    loaded.add(chunk)
    for (const name of chunk.imports) load(byName.get(name))
  }
  load(chunks.find((chunk) => chunk.isEntry))
  return { atStart: [...loaded], all: chunks }
}
