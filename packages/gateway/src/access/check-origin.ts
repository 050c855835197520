import { isOwnOrigin, SyncwatchError } from '@syncwatch/core'

/** Where a request says it comes from and goes to. */
export interface RequestPlace {
  readonly host: string | null | undefined
  readonly origin: string | null | undefined
}

export interface AllowedPlaces {
  /** Host names (any port) or `name:port`, as in the `Host` header; null allows any. */
  readonly hosts: readonly string[] | null
  /** Exact origins, `https://app.example.com`. Read anew for each request, so a list may be filled once the port is known. */
  readonly origins: readonly string[]
}

/**
 * Refuses foreign names of this host (`forbidden_host`: a page whose name was made to point here) and pages of foreign
 * origins (`forbidden_origin`). No `Origin` means no browser. A page of this very host is allowed when the host's name
 * was checked; where any name goes, the list alone decides.
 */
export function checkPlace(place: RequestPlace, allowed: AllowedPlaces): void {
  const host = place.host?.toLowerCase() ?? ''
  if (allowed.hosts && !allowed.hosts.some((name) => hostMatches(host, name.toLowerCase())))
    throw new SyncwatchError('forbidden_host', 'This server does not answer to that host name.')
  const origin = place.origin
  if (origin === null || origin === undefined) return
  if (allowed.origins.includes(origin) || (allowed.hosts && isOwnOrigin(origin, host))) return
  throw new SyncwatchError('forbidden_origin', 'Pages of that origin may not connect here.')
}

function hostMatches(host: string, allowed: string): boolean {
  return host === allowed || host.replace(/:\d+$/, '') === allowed
}
