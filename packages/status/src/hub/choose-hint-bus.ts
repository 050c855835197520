import { poolerOf } from '@syncwatch/database'
import type { SyncStatusManagerOptions } from '../manager-options.ts'
import type { StatusContext } from '../status-context.ts'
import type { HintBus } from './hint-bus.ts'
import { NotifyHintBus } from './notify-hint-bus.ts'
import { PollingHintBus } from './polling-hint-bus.ts'

/** The bus that was asked for. Unless one was, the address tells: behind a transaction pooler LISTEN hears nothing. */
export function chooseHintBus(
  { database, clock, random }: StatusContext,
  { hints, databaseUrl, pool }: Pick<SyncStatusManagerOptions, 'hints' | 'databaseUrl' | 'pool'>,
): HintBus {
  if (typeof hints === 'object') return hints
  const address = pool?.options.connectionString ?? databaseUrl ?? process.env.DATABASE_URL ?? ''
  const isPooled = hints === undefined && poolerOf(address) === 'transaction'
  if (hints === 'poll' || isPooled) return new PollingHintBus()
  return new NotifyHintBus({ createClient: () => database.createClient(), clock, random })
}
