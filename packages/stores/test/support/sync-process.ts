import { GatedReads } from './gated-reads.ts'
import { startSyncNode } from './sync-node.ts'

// A node in a process of its own that stops in the middle, so that a test can kill it: node sync-process.ts <database url> <vault> <reads>
const [url = '', vaultRoot = '', passes = '0'] = process.argv.slice(2)
await startSyncNode({ url, vaultRoot, reads: new GatedReads().close(Number(passes)) })
process.stdout.write('ready\n')
