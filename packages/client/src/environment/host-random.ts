import type { Random } from '@syncwatch/core'

interface HostCrypto {
  crypto: { getRandomValues(array: Uint32Array): Uint32Array }
}

/** Randomness of the host, for jitter and names of clients: less to ship than core's, whose uuids sort by time. */
export function hostRandom(host: HostCrypto = globalThis as unknown as HostCrypto): Random {
  const next = () => (host.crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
  return {
    next,
    // `crypto.randomUUID` is missing on pages that are not served over HTTPS.
    uuid: () => 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => Math.floor(next() * 16).toString(16)),
  }
}
