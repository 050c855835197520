/** What this package must know of the machine. A parameter, so that a test can be on another machine. */
export interface Host {
  /** As `process.platform`. */
  readonly platform: string
  /** As `process.arch`. */
  readonly arch: string
  /** Postgres refuses to run as root. */
  readonly isRoot: boolean
  /** The command that makes a user namespace (util-linux). */
  readonly unshare: string
}

/** The machine we run on. */
export function thisHost(): Host {
  return { platform: process.platform, arch: process.arch, isRoot: process.getuid?.() === 0, unshare: 'unshare' }
}
