import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'

const BASES = 6

/** Fills a folder with JPEG photographs of noise and gradients, no two alike; gives name → bytes. */
export async function makePhotographs(folder: string, count: number): Promise<Map<string, Buffer>> {
  const bases = await Promise.all(Array.from({ length: BASES }, (_, index) => photograph(index)))
  const files = new Map<string, Buffer>()
  for (let index = 0; index < count; index += 1) {
    const name = `album ${index % 7}/photo ${String(index).padStart(4, '0')}.jpg`
    // Bytes behind a JPEG's end are not looked at by any decoder, and make it another file.
    const bytes = Buffer.concat([bases[index % BASES] as Buffer, Buffer.from(`photograph ${index}`)])
    files.set(name, bytes)
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), bytes)
  }
  return files
}

function photograph(index: number): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 90 + index * 15, sigma: 40 }
  return sharp({ create: { width: 2800, height: 2100, channels: 3, background: '#000', noise } })
    .jpeg({ quality: 92 })
    .toBuffer()
}
