import { execFile, execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openWorkshop } from './workshop.ts'

const workshop = openWorkshop()
const holder = fileURLToPath(new URL('./holder-process.ts', import.meta.url))

/** Runs `script` in a mount namespace of its own with a small disk at $DISK, which nobody else sees. */
const SMALL_DISK = 'mount -t tmpfs -o size="$SIZE" tmpfs "$DISK" || exit 77; '
const HOLD = '"$NODE" --conditions=@syncwatch/source "$HOLDER" "$DISK/data" word'

async function onSmallDisk(size: string, script: string): Promise<string> {
  const DISK = await workshop.folder()
  const env = { ...process.env, DISK, SIZE: size, NODE: process.execPath, HOLDER: holder }
  const { stdout } = await promisify(execFile)('unshare', ['--mount', 'sh', '-c', SMALL_DISK + script], { env })
  return stdout
}

/** Only root may mount, and not in every container. */
function canMount(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const mounts = canMount()

test.runIf(mounts)('on a disk too small for a cluster: one sentence, and no remains of it', async () => {
  const said = await onSmallDisk('20m', `${HOLD}; ls "$DISK/data"`)
  expect(JSON.parse(said.split('\n')[0] ?? '')).toMatchObject({ code: 'disk_full' })
  expect(said).not.toContain('cluster')
})

test.runIf(mounts)(
  'on a disk that has filled up since: one sentence, and it starts again when there is room',
  async () => {
    const stopSoon = 'stop() { read -r line; echo "$line"; kill -TERM "$(cat "$DISK/data/holder")"; }; '
    const fill = 'dd if=/dev/zero of="$DISK/fill" bs=1k 2>/dev/null; '
    const run = `${HOLD} | stop; `
    const said = await onSmallDisk('70m', `${stopSoon}${run}${fill}${HOLD}; rm "$DISK/fill"; ${run}`)
    const [first, full, again] = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(first).toHaveProperty('url')
    expect(full).toMatchObject({ code: 'disk_full' })
    expect(again).toMatchObject({ adopted: false })
  },
)
