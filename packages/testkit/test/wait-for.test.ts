import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTempFolder, waitFor } from '@syncwatch/testkit'
import { expect, test } from 'vitest'

test('gives the first truthy value, and counts an error as not yet', async () => {
  let looks = 0
  const value = await waitFor(
    () => {
      looks += 1
      if (looks === 1) throw new Error('not there')
      return looks > 2 && `look ${looks}`
    },
    { what: 'the third look', intervalMs: 1 },
  )
  expect(value).toBe('look 3')
})

test('says at the deadline what was awaited and what was wrong last', async () => {
  const never = () => Promise.reject(new Error('still cold'))
  await expect(waitFor(never, { what: 'the tea', timeoutMs: 5, intervalMs: 1 })).rejects.toThrow(/the tea: still cold/)
})

test('a temporary folder is gone with all in it at the end of its scope', async () => {
  let path = ''
  {
    await using folder = await makeTempFolder()
    path = folder.path
    await writeFile(join(path, 'file'), '')
  }
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
})
