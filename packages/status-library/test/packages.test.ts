import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
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
