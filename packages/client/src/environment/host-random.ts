import type { Random } from '@syncwatch/core'

interface HostCrypto {
  crypto: { getRandomValues(array: Uint32Array): Uint32Array }
}

/** Randomness of the host, for jitter and names of clients: less to ship than core's, whose uuids sort by time. */
export function hostRandom(host: HostCrypto = globalThis as unknown as HostCrypto): Random {
  const words = (count: number) => host.crypto.getRandomValues(new Uint32Array(count))
  return {
    next: () => (words(1)[0] ?? 0) / 2 ** 32,
    uuid: () => {
      const hex = [...words(4)].map((word) => word.toString(16).padStart(8, '0')).join('')
      return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5')
    },
  }
}
