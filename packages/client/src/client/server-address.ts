import { ClientError } from '../http/client-error.ts'

/**
 * The server's origin and path prefix, without a slash at the end. Found when it is needed: a page knows its own origin, a rendering
 * server does not and need not. Throws `configuration_invalid` where neither is known.
 */
export function serverAddress(url = ''): () => string {
  return () => {
    const { location, URL } = globalThis as unknown as HostAddress
    try {
      return new URL(url, location?.origin).href.replace(/\/+$/, '')
    } catch {
      throw new ClientError('configuration_invalid', 'Give `url`: where the server is.')
    }
  }
}

interface HostAddress {
  location?: { origin?: string }
  URL: new (url: string, base?: string) => { href: string }
}
