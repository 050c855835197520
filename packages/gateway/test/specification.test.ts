import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const folder = new URL('./', import.meta.url)
const rules = readFileSync(new URL('../SPEC.md', folder), 'utf8')
const defined = [...rules.matchAll(/^- \*\*(GW-[A-Z]\d+)\*\*/gm)].map(([, id = '']) => id)

/** Every id that begins the name of a test or of a group of them, with the files that have it. */
const cited = new Map<string, string[]>()
for (const file of readdirSync(folder).filter((name) => name.endsWith('.test.ts')))
  for (const [, ids = ''] of readFileSync(new URL(file, folder), 'utf8').matchAll(/['`]((?:GW-[A-Z]\d+ ?)+): /g))
    for (const id of ids.split(' ')) cited.set(id, [...(cited.get(id) ?? []), file])

it('each rule of SPEC.md has one id, and no id stands twice', () => {
  expect(defined.length).toBeGreaterThan(40)
  expect(new Set(defined).size).toBe(defined.length)
})

it('each rule is named by a test, and each named rule exists', () => {
  expect(defined.filter((id) => !cited.has(id))).toEqual([])
  expect([...cited].filter(([id]) => !defined.includes(id))).toEqual([])
})
