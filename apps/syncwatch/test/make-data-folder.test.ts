import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeDataFolder } from '../src/server/make-data-folder.ts'
import { run, serveArgs, temporaryFolder } from './server-process.ts'

test('it is made with its parents, for its owner alone, and nothing is left in it', async () => {
  const folder = join(await temporaryFolder('data'), 'some', 'where')
  await makeDataFolder(folder)
  expect([(await stat(folder)).mode & 0o777, await readdir(folder)]).toEqual([0o700, []])
  await makeDataFolder(folder)
})

test('a file, or a folder below one, is refused', async () => {
  const file = join(await temporaryFolder('data'), 'file')
  await writeFile(file, '')
  for (const folder of [file, join(file, 'below')])
    await expect(makeDataFolder(folder)).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: `The data folder ${folder} cannot be made or written (ENOTDIR): choose another with --data.`,
    })
})

test.runIf(process.platform === 'linux').each(['/proc', '/proc/nothing', '/proc/nothing/below'])(
  'the start and the doctor refuse %s in one sentence instead of trying for ever',
  async (folder) => {
    const sentence = `The data folder ${folder} cannot be made or written (ENOENT): choose another with --data.`
    const started = await run(serveArgs(folder).filter((arg) => arg !== '--json'))
    expect(started).toMatchObject({ code: 2, stdout: '', stderr: `${sentence}\n` })
    const examined = await run(['doctor', '--data', folder, '--json'], { SYNCWATCH_PORT: '0' })
    expect(JSON.parse(examined.stdout).checks).toContainEqual(
      expect.objectContaining({ name: 'Data', state: 'failed' }),
    )
    expect(examined.stdout).toContain(sentence)
  },
)
