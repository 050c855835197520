import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const here = new URL('.', import.meta.url)

it('every rule of SPEC.md names a test, and every rule that a test names is there', () => {
  const rules = [...readFileSync(new URL('../SPEC.md', here), 'utf8').matchAll(/^- \*\*(CL-\d{2})\*\*/gm)].map(
    ([, id]) => id,
  )
  expect(new Set(rules).size, 'each id once').toBe(rules.length)
  const files = readdirSync(here).filter((name) => name.endsWith('.test.ts') && name !== 'spec.test.ts')
  // A title begins with its rule.
  const titles = files.flatMap((name) => readFileSync(new URL(name, here), 'utf8').match(/'CL-\d{2} /g) ?? [])
  const cited = new Set(titles.map((title) => title.slice(1, 6)))
  expect([...cited].filter((id) => !rules.includes(id)).sort(), 'cited and not written').toEqual([])
  expect(
    rules.filter((id) => !cited.has(id ?? '')),
    'written and not cited',
  ).toEqual([])
})
