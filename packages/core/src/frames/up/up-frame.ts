import { z } from 'zod'
import { helloSchema } from './hello.ts'
import { paceSchema } from './pace.ts'
import { pingSchema } from './ping.ts'
import { subscribeSchema } from './subscribe.ts'
import { unsubscribeSchema } from './unsubscribe.ts'

/** Everything that a client may send. */
export const upFrameSchema = z.discriminatedUnion('type', [
  helloSchema,
  subscribeSchema,
  unsubscribeSchema,
  pingSchema,
  paceSchema,
])
export type UpFrame = z.infer<typeof upFrameSchema>
