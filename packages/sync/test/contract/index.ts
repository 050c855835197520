export { storeContract } from './store-contract.ts'
export type { StoreUnderTest } from './store-under-test.ts'
export { type VaultUnderTest, vaultContract } from './vault-contract.ts'
