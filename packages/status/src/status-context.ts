import type { Clock, NodeId, Random } from '@syncwatch/core'
import type { StatusDatabase } from './database/status-database.ts'
import type { OperationMemory } from './operations/operation-memory.ts'
import type { StatusLogger } from './status-logger.ts'
import type { ProgressBuffer } from './write/progress-buffer.ts'
import type { ProgressFigures } from './write/progress-figures.ts'

/** What the parts of one manager share. */
export interface StatusContext {
  readonly database: StatusDatabase
  readonly memory: OperationMemory
  readonly buffer: ProgressBuffer
  readonly figures: ProgressFigures
  readonly clock: Clock
  readonly random: Random
  readonly nodeId: NodeId
  readonly logger: StatusLogger
}
