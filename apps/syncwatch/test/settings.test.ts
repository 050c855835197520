import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isSyncwatchError } from '@syncwatch/core'
import { makeTempFolder } from '@syncwatch/testkit'
import { expect, test } from 'vitest'
import { loadConfig } from '../src/config/config.ts'

const none = { flags: {}, environment: {}, folder: '/somewhere' }

async function complaint(input: Partial<Parameters<typeof loadConfig>[0]>): Promise<string> {
  try {
    await loadConfig({ ...none, ...input })
  } catch (error) {
    if (isSyncwatchError(error, 'configuration_invalid')) return error.message
    throw error
  }
  return 'accepted'
}

test('without anything said, it listens on loopback and keeps its files in .syncwatch', async () => {
  expect(await loadConfig(none)).toMatchObject({
    host: '127.0.0.1',
    port: 4400,
    dataFolder: '/somewhere/.syncwatch',
    databaseUrl: null,
    token: null,
    open: true,
  })
})

test('a flag outranks the environment, which outranks the file', async () => {
  await using temporary = await makeTempFolder()
  const folder = temporary.path
  await writeFile(join(folder, 'syncwatch.json'), JSON.stringify({ port: 1111, host: '127.0.0.9', logLevel: 'info' }))
  const environment = { SYNCWATCH_PORT: '2222', SYNCWATCH_HOST: '127.0.0.8' }
  const config = await loadConfig({ flags: { port: '3333' }, environment, folder })
  expect(config).toMatchObject({ port: 3333, host: '127.0.0.8', logLevel: 'info' })
})

test('DATABASE_URL is honoured, and an empty variable says nothing', async () => {
  const environment = { DATABASE_URL: 'postgres://u:p@h/d', SYNCWATCH_PORT: '' }
  expect(await loadConfig({ ...none, environment })).toMatchObject({ databaseUrl: 'postgres://u:p@h/d', port: 4400 })
})

test.each([
  [{ flags: { port: 'abc' } }, '--port is "abc"; it must be a whole number from 0 to 65535.'],
  [{ flags: { port: '70000' } }, '--port is "70000"; it must be a whole number from 0 to 65535.'],
  [{ environment: { SYNCWATCH_PORT: '-1' } }, 'SYNCWATCH_PORT is "-1"; it must be a whole number from 0 to 65535.'],
  [{ environment: { SYNCWATCH_OPEN: 'maybe' } }, 'SYNCWATCH_OPEN is "maybe"; it must be true or false.'],
  [{ environment: { SYNCWATCH_LOG_LEVEL: 'loud' } }, /^SYNCWATCH_LOG_LEVEL is "loud"; it must be one of trace, /],
  [{ flags: { allowedOrigins: 'example.com' } }, /^--allowed-origins is "example.com"; it must be origins such as/],
  [{ flags: { config: 'missing.json' } }, 'The configuration file /somewhere/missing.json does not exist.'],
])('a wrong value is refused in one sentence that names where it came from: %j', async (input, sentence) => {
  expect(await complaint(input)).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence))
})

test.each([
  ['SYNCWATCH_TOKEN', 'short'],
  ['DATABASE_URL', 'mysql://user:secret@host'],
])('a wrong secret in %s is not repeated', async (name, value) => {
  const sentence = await complaint({ environment: { [name]: value } })
  expect(sentence).toMatch(new RegExp(`^${name} is not usable; it must be `))
  expect(sentence).not.toContain(value)
})

test.each([
  ['{"prot": 1}', /"prot" in .* is not a setting; there are host, port, /],
  ['{"port": "x"}', /"port" in .*syncwatch\.json is "x"; it must be a whole number/],
  ['{', /is not valid JSON/],
  ['[]', /must hold one JSON object/],
])('the configuration file %s is refused', async (text, sentence) => {
  await using temporary = await makeTempFolder()
  const folder = temporary.path
  await writeFile(join(folder, 'syncwatch.json'), text)
  expect(await complaint({ folder })).toMatch(sentence)
})
