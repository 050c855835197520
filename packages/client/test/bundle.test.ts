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
    resolve: { conditionNames: ['@syncwatch/source', 'browser', 'import', 'default'] },
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === 'program' ? '\0program' : null),
        load: (id) => (id === '\0program' ? program : null),
      },
    ],
  })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  const [entry] = output
  return {
    bytes: gzipSync(entry.code).length,
    modules: output.flatMap((part) => ('modules' in part ? Object.keys(part.modules) : [])),
  }
}

it('CL-88 stays small, and ships no schema library', async () => {
  const client = await bundle(`export { createSyncClient, selectIsConnected } from '${index}'`)
  const all = await bundle(`export * from '${index}'\nexport * from '${redux}'`)
  expect(client.bytes).toBeLessThan(10_240)
  expect(all.bytes).toBeLessThan(13.5 * 1024)
  expect(all.modules.filter((name) => /\/(zod|uuid)\//.test(name))).toEqual([])
})
