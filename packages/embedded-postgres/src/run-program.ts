import { execFile } from 'node:child_process'

/** How a short-lived program ended: `code` is undefined when it could not be started or was killed. */
export interface ProgramResult {
  readonly code: number | undefined
  readonly output: string
}

/** How to run it: as which user, where. */
export interface ProgramOptions {
  readonly uid?: number
  readonly gid?: number
}

/**
 * The environment of every Postgres program: a fixed locale and time zone whatever ours are (also when `LANG` is not
 * set), and none of our `PG…` variables, which would change what they do.
 */
export function programEnvironment(): Record<string, string> {
  const kept = ['PATH', 'SystemRoot', 'TMPDIR', 'TEMP', 'TMP'] as const
  const environment: Record<string, string> = { LC_ALL: 'C', TZ: 'UTC' }
  for (const name of kept) {
    const value = process.env[name]
    if (value !== undefined) environment[name] = value
  }
  return environment
}

/** Runs a program to its end and gives its exit code and everything it printed. Never rejects. */
export function runProgram(
  command: readonly [string, ...string[]],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const [program, ...argv] = command
  return new Promise((resolve) => {
    execFile(program, argv, { ...options, cwd: '/', env: programEnvironment() }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined
      resolve({ code, output: `${stdout}${stderr}`.trim() || (error?.message ?? '') })
    })
  })
}
