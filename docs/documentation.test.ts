import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ERROR_CATALOGUE, HEALTH_REASON_CODES, HEALTH_RULES } from '@syncwatch/core'
import { createTestDatabase } from '@syncwatch/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { packedProject, typeCheck } from '../examples/support/packed-project.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  ...markdownIn('docs'),
  ...markdownIn('docs/decisions'),
  ...['packages/client', 'packages/react', 'packages/status-library', 'apps/syncwatch'].map(
    (room) => `${room}/README.md`,
  ),
]

function markdownIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`)
}

const read = (page: string) => readFileSync(join(root, page), 'utf8')

/** The code of blocks that say `run` after their language. */
function blocksOf(page: string, language: string): string[] {
  return [...read(page).matchAll(/```(\w+) run\n([\s\S]*?)```/g)]
    .filter(([, found]) => found === language)
    .map(([, , code = '']) => code)
}

const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')
const headingsOf = (page: string) => [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)

test.each(pages)('the links of %s lead somewhere', (page) => {
  const outsideCode = read(page).replace(/```[\s\S]*?```/g, '')
  for (const [, target = ''] of outsideCode.matchAll(/\]\(([^)]+)\)/g)) {
    if (/^\w+:/.test(target)) continue
    const [path = '', anchor] = target.split('#')
    const linked = path === '' ? page : join(dirname(page), path)
    expect(existsSync(join(root, linked)), `${page} → ${target}`).toBe(true)
    if (anchor) expect(headingsOf(linked).map(anchorOf), `${page} → ${target}`).toContain(anchor)
  }
})

test('every error code has a section with its HTTP status, and no other has', () => {
  const codes = headingsOf('docs/errors.md').filter((heading) => /^[a-z_]+$/.test(heading))
  expect(codes.sort()).toEqual(Object.keys(ERROR_CATALOGUE).sort())
  for (const [code, { status, retryable }] of Object.entries(ERROR_CATALOGUE)) {
    const section = read('docs/errors.md').split(`\n### ${code}\n\n`)[1]?.split('\n\n')[0]
    expect(section, code).toMatch(new RegExp(`^HTTP ${status}${retryable ? ', try again' : ''}\\.`))
  }
})

test('every reason of the health has a section, and the table has its numbers', () => {
  expect(headingsOf('docs/health.md')).toEqual(expect.arrayContaining([...HEALTH_REASON_CODES]))
  for (const [code, rule] of Object.entries(HEALTH_RULES)) {
    const line =
      read('docs/health.md')
        .split('\n')
        .find((text) => text.startsWith(`| \`${code}\``)) ?? ''
    const numbers = line
      .split('|')
      .slice(3, 6)
      .map((cell) => cell.replace('above', '').trim())
    const shown = (value: number) => (Number.isFinite(value) ? String(value) : '')
    expect(numbers, code).toEqual([shown(rule.warning), shown(rule.critical), String(rule.points)])
  }
})

test('the code in the documentation compiles against the packed packages', { timeout: 300_000 }, async () => {
  const project = await packedProject('seed')
  const blocks = pages.flatMap((page) =>
    ['ts', 'tsx'].flatMap((language) => blocksOf(page, language).map((code) => ({ code, language }))),
  )
  expect(blocks.length).toBeGreaterThan(7)
  for (const [index, { code, language }] of blocks.entries())
    await writeFile(join(project, `page-${index}.${language}`), `${code}\nexport {}\n`)
  await typeCheck(project)
})

test('the SQL in the documentation runs', async () => {
  const database = await createTestDatabase({ migrate: 'status' })
  onTestFinished(() => database.drop())
  const blocks = pages.flatMap((page) => blocksOf(page, 'sql'))
  expect(blocks.length).toBeGreaterThan(1)
  for (const block of blocks) await database.pool.query(block)
  const { rows } = await database.pool.query(
    `SELECT status, processed_items FROM sync_operations WHERE operation_key = 'import-1'`,
  )
  expect(rows).toEqual([{ status: 'completed', processed_items: '7' }])
})
