import type { Delta } from './delta.ts'
import type { ErrorFrame } from './error-frame.ts'
import type { Goodbye } from './goodbye.ts'
import type { Pong } from './pong.ts'
import type { Ready } from './ready.ts'
import type { Snapshot } from './snapshot.ts'
import type { Welcome } from './welcome.ts'

/** Everything that a server may send. */
export type DownFrame = Welcome | Snapshot | Delta | Ready | Pong | Goodbye | ErrorFrame
