/** An address that names the content it leads to, so that browsers keep what it gives; nothing to add where nobody hashed it. */
export const contentVersion = (sha256: string | null | undefined): { v?: string } =>
  sha256 ? { v: sha256.slice(0, 16) } : {}
