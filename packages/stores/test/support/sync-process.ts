import { startSyncNode } from './sync-node.ts'

// A node in a process of its own, so that a test can kill it: node sync-process.ts <database url> <vault> <ms a read>
const [url = '', vaultRoot = '', readMs = '0'] = process.argv.slice(2)
await startSyncNode({ url, vaultRoot, readMs: Number(readMs) })
process.stdout.write('ready\n')
