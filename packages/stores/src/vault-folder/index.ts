export { FolderVault, type FolderVaultOptions } from './folder-vault.ts'
