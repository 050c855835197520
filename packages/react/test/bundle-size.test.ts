import { gzipSync } from 'node:zlib'
import { type OutputChunk, rolldown } from 'rolldown'
import { expect, it } from 'vitest'

/** What we want an application to pay for client, state and status components, beyond React, in kB gzipped. */
const GOAL_KB = 15
/** What it pays at most today. It may only be lowered. */
const LIMIT_KB = 21.5

it('client and status components do not grow', async () => {
  const bytes = gzipSync((await loadedAtStart()).map(({ code }) => code).join(''), { level: 9 }).length
  console.log(`client and status components: ${(bytes / 1024).toFixed(1)} kB gzipped (goal: ${GOAL_KB} kB)`)
  expect(bytes).toBeLessThanOrEqual(LIMIT_KB * 1024)
})

/** The chunks that the entry loads by itself: what waits for an `import()` is not paid for at the start. */
async function loadedAtStart(): Promise<OutputChunk[]> {
  const bundle = await rolldown({
    input: new URL('../src/index.ts', import.meta.url).pathname,
    external: [/^react($|\/)/, /^react-dom($|\/)/],
    platform: 'browser',
    resolve: { conditionNames: ['@syncwatch/source', 'browser', 'import', 'default'] },
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
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
