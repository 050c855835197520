import { gzipSync } from 'node:zlib'
import { type OutputChunk, rolldown } from 'rolldown'
import { expect, it } from 'vitest'

const index = new URL('../src/index.ts', import.meta.url).pathname

/** What we want an application to pay for client, state and status components, beyond React, in bytes gzipped. */
const GOAL = 15 * 1024

/** What it pays at most today, by what it uses. These may only be lowered. */
const USES = {
  'the provider and a hook': ['SyncStatusProvider, useSyncStatus', 12_400],
  'and the compact indicator': ['SyncStatusProvider, useSyncStatus, CompactSyncIndicator', 17_500],
  'and the floating one': ['SyncStatusProvider, useSyncStatus, CompactSyncIndicator, FloatingSyncStatus', 19_100],
  'and the dashboard': [
    'SyncStatusProvider, useSyncStatus, CompactSyncIndicator, FloatingSyncStatus, SyncStatusIndicators',
    20_150,
  ],
  everything: ['*', 20_500],
} as const

it.each(Object.entries(USES))('%s: client and status components do not grow', async (name, [names, limit]) => {
  const program = names === '*' ? `export * from '${index}'` : `export { ${names} } from '${index}'`
  const bytes = gzipSync((await loadedAtStart(program)).map(({ code }) => code).join(''), { level: 9 }).length
  console.log(`${name}: ${bytes} bytes gzipped (goal: ${GOAL})`)
  expect(bytes).toBeLessThanOrEqual(limit)
})

/** The chunks that a program loads by itself, as an application's build has them: what waits for an `import()` is not paid for at the start. */
async function loadedAtStart(program: string): Promise<OutputChunk[]> {
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
  return [...loaded]
}
