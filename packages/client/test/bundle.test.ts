import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, it } from 'vitest'

const index = new URL('../src/index.ts', import.meta.url).pathname
const redux = new URL('../src/redux/index.ts', import.meta.url).pathname

/** What a browser loads at first for a program: minified, without Redux Toolkit. */
async function bundle(program: string): Promise<{ bytes: number; modules: string[] }> {
  const build = await rolldown({
    input: 'program',
    external: [/^@reduxjs/],
    platform: 'browser',
    // As an application's build has it: the entry may be extended, and hints for further bundlers are gone.
    preserveEntrySignatures: 'allow-extension',
    resolve: { conditionNames: ['@syncwatch/source', 'browser', 'import', 'default'] },
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === 'program' ? '\0program' : null),
        load: (id) => (id === '\0program' ? program : null),
      },
    ],
  })
  const { output } = await build.generate({ format: 'esm', minify: true, comments: false })
  await build.close()
  const [entry] = output
  return {
    bytes: gzipSync(entry.code).length,
    modules: output.flatMap((part) => ('modules' in part ? Object.keys(part.modules) : [])),
  }
}

it('CL-88 stays small, and ships no schema library', async () => {
  const client = await bundle(`export { createSyncClient, selectIsConnected } from '${index}'`)
  const bound = await bundle(
    `export { createSyncClient } from '${index}'\nexport { bindClient, syncStatusSlice } from '${redux}'`,
  )
  const all = await bundle(`export * from '${index}'\nexport * from '${redux}'`)
  console.log(`client ${client.bytes} B, with the Redux binding ${bound.bytes} B, all of it ${all.bytes} B gzipped`)
  expect(client.bytes).toBeLessThanOrEqual(9_350)
  expect(bound.bytes).toBeLessThanOrEqual(10_240)
  expect(all.bytes).toBeLessThanOrEqual(13_300)
  expect(all.modules.filter((name) => /\/(zod|uuid)\//.test(name))).toEqual([])
})
