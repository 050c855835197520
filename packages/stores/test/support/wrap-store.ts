import type { Store, Vault } from '@syncwatch/sync'

/** A store with some of its calls replaced; everything else goes to the store itself. */
export const wrapStore: (store: Store, changes: Partial<Store>) => Store = wrapped

/** The same for a vault. */
export const wrapVault: (vault: Vault, changes: Partial<Vault>) => Vault = wrapped

function wrapped<Port extends object>(port: Port, changes: Partial<Port>): Port {
  return new Proxy(port, {
    get(target, name) {
      if (Object.hasOwn(changes, name)) return Reflect.get(changes, name)
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
