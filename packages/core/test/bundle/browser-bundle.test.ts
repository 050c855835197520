import { rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'

/** Everything of core that runs in a browser. */
const FOR_BROWSERS = [
  'applyDelta',
  'applySnapshot',
  'ENDED_STATUSES',
  'estimateCompletion',
  'fullJitterBackoff',
  'isEnded',
  'isSyncwatchError',
  'liveFigures',
  'observeProgress',
  'OPERATION_STATUSES',
  'PROTOCOL_VERSION',
  'parseTopic',
  'sleep',
  'SyncwatchError',
  'stalledSince',
  'systemClock',
]

const here = (import.meta as unknown as { dirname: string }).dirname

async function bundle(names: readonly string[]): Promise<{ modules: string[]; bytes: number }> {
  const entry = 'entry'
  const source = `export { ${names.join(', ')} } from '@syncwatch/core'`
  const build = await rolldown({
    input: entry,
    platform: 'browser',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === entry ? `${here}/entry.ts` : null),
        load: (id) => (id.endsWith('/entry.ts') ? source : null),
      },
    ],
  })
  const { output } = await build.generate({ minify: true })
  await build.close()
  return {
    modules: output.flatMap((chunk) =>
      chunk.type === 'chunk'
        ? Object.entries(chunk.modules)
            .filter(([, module]) => module.renderedLength > 0)
            .map(([id]) => id)
        : [],
    ),
    bytes: output.reduce((sum, chunk) => sum + (chunk.type === 'chunk' ? chunk.code.length : 0), 0),
  }
}

describe('a browser bundle', () => {
  it('holds no schema library, unless a schema is used', async () => {
    const { modules, bytes } = await bundle(FOR_BROWSERS)
    expect(modules.filter((id) => /node_modules/.test(id))).toEqual([])
    expect(modules.filter((id) => /schema|inputs|frames\/up|conformance|machine/.test(id))).toEqual([])
    expect(bytes).toBeLessThan(16_000)
    expect((await bundle(['parseUpFrame'])).modules.filter((id) => /node_modules\/zod/.test(id))).not.toEqual([])
  })
})
