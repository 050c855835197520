const SIDECAR = '.xmp'

/** Where the metadata of a file stands: beside it, under its whole name and `.xmp`. */
export function sidecarOf(key: string): string {
  return key + SIDECAR
}

/** The file that a name would belong to as a sidecar, null for a name that cannot be one. */
export function ownerOf(name: string): string | null {
  return name.endsWith(SIDECAR) && name.length > SIDECAR.length ? name.slice(0, -SIDECAR.length) : null
}

/**
 * Whether a name is a sidecar: its owner is there as a file, and is no sidecar itself. A lone `.xmp` is a file like any other, and
 * may have a sidecar of its own.
 */
export function isSidecar(name: string, isFile: (name: string) => boolean): boolean {
  const owner = ownerOf(name)
  return owner !== null && isFile(owner) && !isSidecar(owner, isFile)
}
