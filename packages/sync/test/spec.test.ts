import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const packages = fileURLToPath(new URL('../..', import.meta.url))
const ROOMS = ['sync', 'stores', 'testkit']

function definedIds(): Set<string> {
  const text = readFileSync(join(packages, 'sync/SPEC.md'), 'utf8')
  return new Set([...text.matchAll(/\*\*([RGX]\d+)\*\*/g)].map(([, id]) => id ?? ''))
}

/** Ids that a text in a test begins with: `R8: ...`, `R8 keep-both: ...`, `R11, R15: ...`, `'R10/R15'`. */
function citedIds(): Map<string, string> {
  const cited = new Map<string, string>()
  for (const room of ROOMS) {
    const folder = join(packages, room, 'test')
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.test.ts') || file === 'spec.test.ts') continue
      const text = readFileSync(join(folder, file), 'utf8')
      for (const [, ids] of text.matchAll(/['"`]((?:[RGX]\d+)(?:(?:, |\/)[RGX]\d+)*)\b/g))
        for (const id of ids?.split(/, |\//) ?? []) cited.set(id, `${room}/test/${file}`)
    }
  }
  return cited
}

test('every rule of SPEC.md is cited by a test', () => {
  const cited = citedIds()
  expect([...definedIds()].filter((id) => !cited.has(id))).toEqual([])
  expect(cited.size).toBeGreaterThan(35)
})

test('every rule that a test cites stands in SPEC.md', () => {
  const defined = definedIds()
  expect([...citedIds()].filter(([id]) => !defined.has(id))).toEqual([])
})

test('the rows R1 to R25 and the gates G1 to G9 are all there', () => {
  const defined = definedIds()
  for (let row = 1; row <= 25; row += 1) expect(defined).toContain(`R${row}`)
  for (let gate = 1; gate <= 9; gate += 1) expect(defined).toContain(`G${gate}`)
})
