import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { TwoFolders } from './support/two-folders.ts'

/** Everything at once that writes to a folder: an edit, a new file, two swapped names, a delete, a conflict, a description. */
async function troubled(): Promise<TwoFolders> {
  const two = await TwoFolders.make()
  for (const name of ['edited', 'one', 'other', 'deleted', 'conflict', 'described', 'still'])
    await two.write('left', `${name}.txt`, `content of ${name}`)
  await two.converge()
  await two.edit('edited.txt', 'edited')
  await two.add('new.txt', 'new')
  await two.rename('one.txt', 'between.txt')
  await two.rename('other.txt', 'one.txt')
  await two.rename('between.txt', 'other.txt')
  await two.trash('deleted.txt')
  await two.edit('conflict.txt', 'of the library')
  await two.write('left', 'conflict.txt', 'of the folder', new Date())
  await two.describe('described.txt', 'A description')
  return two
}

/** Runs the left folder in a process that is killed there. Resolves to whether it came so far. */
async function killedAfter(two: TwoFolders, call: string, nth: number): Promise<boolean> {
  const program = fileURLToPath(new URL('support/crashing-run.ts', import.meta.url))
  const args = ['--conditions=@syncwatch/source', program, two.database.url, two.path('left', '../vault')]
  const child = spawn(process.execPath, [...args, two.storeId('left'), call, String(nth)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  if (signal === null && code !== 0) throw new Error(`The process ended with ${code}.`)
  return signal === 'SIGKILL'
}

const wanted = {
  'conflict.conflict-left-1.txt': 'of the folder',
  'conflict.txt': 'of the library',
  'described.txt': 'content of described',
  'edited.txt': 'edited',
  'new.txt': 'new',
  'one.txt': 'content of other',
  'other.txt': 'content of one',
  'still.txt': 'content of still',
}

test.each([
  ['write', 1],
  ['write', 2],
  ['write', 3],
  ['write', 4],
  ['move', 1],
  ['move', 2],
  ['move', 3],
  ['delete', 1],
  ['setMetadata', 1],
  ['commit', 1],
])(
  'X7: a process killed after %s number %i leaves nothing that the next run does not settle',
  async (call, nth) => {
    await using two = await troubled()
    expect(await killedAfter(two, call, nth)).toBe(true)
    await two.converge()
    const { 'described.txt.xmp': left, ...files } = await two.files('left')
    expect(left).toContain('A description')
    expect(files).toEqual(wanted)
    expect(await two.files('right')).toEqual({ ...wanted, 'described.txt.xmp': left })
    const library = await two.library()
    expect(library).toEqual(wanted)
  },
  60_000,
)
