import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { SETTINGS, type Setting } from '../src/config/settings.ts'
import { run } from './server-process.ts'
import { ask, serverUnderTest } from './server-under-test.ts'

const read = (name: string) => readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')

test('every setting is documented with its flag, its variables and its key', async () => {
  const text = await read('configuration.md')
  for (const [key, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    for (const name of [key, setting.flag?.split(' ')[0] ?? key, ...setting.variables])
      expect(text).toContain(`\`${name}\``)
  }
})

test('every command is documented', async () => {
  const text = await read('command-line.md')
  const help = await run(['--help'])
  const commands = [...help.stdout.matchAll(/^ {2}([a-z]+) /gm)]
    .map(([, name]) => name)
    .filter((name) => name !== 'help')
  expect(commands.length).toBeGreaterThan(5)
  for (const name of commands) expect(text).toMatch(new RegExp(`^syncwatch \\[?${name}\\b`, 'm'))
})

test('every address of the API is documented', async () => {
  const text = await read('http-api.md')
  const { url } = await serverUnderTest()
  const { body } = await ask(`${url}/openapi.json`)
  for (const path of Object.keys(body.paths)) {
    const names = path
      .replace('/api/v1', '')
      .split('/')
      .filter((part) => part !== '' && !part.startsWith('{'))
    for (const name of names) expect([path, text.includes(`/${name}`)]).toEqual([path, true])
  }
})
