import { spawnSync } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeTempFolder } from '@syncwatch/testkit'
import { expect, it, onTestFinished } from 'vitest'

// What may not be written in the rooms, because time, randomness and the network come by constructor there.

const ROOT = join(import.meta.dirname, '..')
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')

const BANNED = [
  'export const at = Date.now()',
  'export const at = new Date()',
  'export const at = performance.now()',
  'export const luck = Math.random()',
  'export const id = crypto.randomUUID()',
  "export const answer = fetch('http://127.0.0.1')",
  'export const timer = setTimeout(() => {}, 1)',
  "export const socket = new WebSocket('ws://127.0.0.1')",
  "export const kept = localStorage.getItem('a')",
  'console.log(1)',
  'export const value: any = 1',
]
const ALLOWED = { 'packages/status/src/fixed.ts': 'new Date(0)', 'packages/core/src/kernel/clock.ts': 'Date.now()' }

it('the linter refuses the machine’s time, randomness and network in the rooms, and nowhere else', async () => {
  const folder = await makeTempFolder('bans')
  onTestFinished(() => folder.remove())
  await cp(join(ROOT, 'biome.json'), join(folder.path, 'biome.json'))
  await cp(join(ROOT, 'scripts/lint'), join(folder.path, 'scripts/lint'), { recursive: true })
  const place = async (path: string, line: string) => {
    await mkdir(dirname(join(folder.path, path)), { recursive: true })
    await writeFile(join(folder.path, path), `${line}\n`)
  }
  const banned = new Map<string, string>()
  for (const room of ['packages/status/src', 'apps/syncwatch/src'])
    for (const [index, line] of BANNED.entries()) banned.set(`${room}/line-${index}.ts`, line)
  for (const [path, line] of banned) await place(path, line)
  for (const [path, value] of Object.entries(ALLOWED)) await place(path, `export const at = ${value}`)

  const args = [BIOME, 'lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', 'packages', 'apps']
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder.path, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { location: { path: string } }[] }
  const refused = new Set(diagnostics.map(({ location }) => location.path))
  expect([...refused].sort()).toEqual([...banned.keys()].sort())
})
