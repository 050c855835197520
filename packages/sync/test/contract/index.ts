export { type StoreUnderTest, storeContract } from './store-contract.ts'
export { type VaultUnderTest, vaultContract } from './vault-contract.ts'
