import { ClientError } from '../http/client-error.ts'

/**
 * The server's origin and path prefix, without a slash at the end. Found when it is needed: a page knows its own origin, a rendering
 * server does not and need not. Throws `configuration_invalid` where neither is known.
 */
export function serverAddress(url: string | undefined): () => string {
  return () => {
    const { location } = globalThis as unknown as { location?: { origin?: string } }
    const address = url ? new (hostUrl())(url, location?.origin).href : location?.origin
    if (address) return address.replace(/\/+$/, '')
    throw new ClientError('configuration_invalid', 'Say where the server is: createSyncClient({ url }).')
  }
}

function hostUrl(): new (url: string, base?: string) => { href: string } {
  return (globalThis as unknown as { URL: new (url: string, base?: string) => { href: string } }).URL
}
