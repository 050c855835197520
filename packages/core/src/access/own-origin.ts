/**
 * Whether a page of `origin` (as in the header of that name) comes from this very host, given as in the `Host` header. Only host
 * and port are compared: behind a proxy that ends TLS the scheme is not known here.
 */
export function isOwnOrigin(origin: string, host: string): boolean {
  const [, place] = /^https?:\/\/(.+)$/i.exec(origin) ?? []
  return place !== undefined && place.toLowerCase() === host.toLowerCase()
}
