import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { publint } from 'publint'
import { type OutputChunk, rolldown } from 'rolldown'
import { beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../../', import.meta.url))
const NAMES = ['client', 'react', 'status', 'syncwatch'] as const
const folderOf = (name: string) => join(root, 'dist/packages', name)
const read = (name: string, file: string) => readFileSync(join(folderOf(name), file), 'utf8')

beforeAll(async () => {
  await run(process.execPath, [join(root, 'scripts/build-packages.mjs'), '--if-changed'])
}, 300_000)

describe.each(NAMES)('%s', (name) => {
  test('is a package that everybody can resolve', async () => {
    const { messages } = await publint({ pkgDir: folderOf(name), strict: true, pack: false })
    expect(messages.filter(({ type }) => type !== 'suggestion')).toEqual([])
  })

  test('names nothing that is private to this repository', () => {
    const files = (readdirSync(folderOf(name), { recursive: true }) as string[]).filter((file) =>
      /\.(js|ts|json)$/.test(file),
    )
    expect(files.length).toBeGreaterThan(2)
    const shared =
      /@syncwatch\/(core|database|gateway|http|status-manager|sync|stores|embedded-postgres|testkit|source)["'/]/
    for (const file of files.filter((path) => !path.includes('panel')))
      expect(read(name, file).match(new RegExp(`from ${shared.source}|"${shared.source}`))?.[0], file).toBeUndefined()
  })

  test('has a readme and a licence', () => {
    expect(read(name, 'README.md')).toContain('# ')
    expect(read(name, 'LICENSE')).toContain('MIT')
  })
})

test('react is a client module, with its stylesheet', () => {
  expect(read('react', 'dist/index.js')).toMatch(/^['"]use client['"]/)
  expect(read('react', 'dist/styles.css')).toContain('--syncwatch-green')
})

test.each([
  [
    'the client with its binding',
    10_240,
    ['client/dist/index.js', 'client/dist/redux/index.js'],
    ['createSyncClient', 'bindClient, syncStatusSlice'],
  ],
  [
    'a page with both indicators',
    15 * 1024,
    ['react/dist/index.js'],
    ['SyncStatusProvider, useSyncStatus, CompactSyncIndicator, FloatingSyncStatus'],
  ],
])('%s: what an application begins with is small from the packages too', async (_, limit, modules, names) => {
  const program = modules.map((path, index) => `export { ${names[index]} } from '${join(root, 'dist/packages', path)}'`)
  expect(gzipSync(await beginningOf(program.join('\n')), { level: 9 }).length).toBeLessThanOrEqual(limit)
})

/** The code that a program loads before it asks for more, as an application's build has it, without its peers. */
async function beginningOf(program: string): Promise<string> {
  const bundle = await rolldown({
    input: 'program',
    external: [/^react($|\/)/, /^@reduxjs\//],
    platform: 'browser',
    preserveEntrySignatures: 'allow-extension',
    plugins: [
      {
        name: 'program',
        resolveId: (id) =>
          ({ program: '\0program', '@syncwatch/client': join(folderOf('client'), 'dist/index.js') })[id],
        load: (id) => (id === '\0program' ? program : null),
      },
    ],
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false })
  await bundle.close()
  const chunks = output.filter((part) => part.type === 'chunk')
  const begun = new Set<OutputChunk>()
  const begin = (chunk: OutputChunk | undefined) => {
    if (!chunk || begun.has(chunk)) return
    begun.add(chunk)
    for (const name of chunk.imports) begin(chunks.find(({ fileName }) => fileName === name))
  }
  begin(chunks.find(({ isEntry }) => isEntry))
  return [...begun].map(({ code }) => code).join('')
}

test('status has the SQL file, and neither jobs nor media tables nor Postgres binaries', () => {
  expect(read('status', 'supabase-schema.sql')).toBe(readFileSync(join(root, 'supabase-schema.sql'), 'utf8'))
  const { dependencies } = JSON.parse(read('status', 'package.json')) as { dependencies: Record<string, string> }
  expect(Object.keys(dependencies).filter((id) => /boss|sharp|embedded|watcher/.test(id))).toEqual([])
})

test('importing status starts nothing: a program that does no more ends at once', async () => {
  // Run where the dependencies are found, with the bundle and not the sources.
  const entry = join(folderOf('status'), 'dist/index.js')
  const program = `import { createSyncStatusManager, handler } from ${JSON.stringify(entry)}; handler(createSyncStatusManager()); console.log('end')`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { cwd: root, timeout: 10_000 })
  expect(stdout).toBe('end\n')
})
