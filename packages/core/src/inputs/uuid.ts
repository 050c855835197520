import { z } from 'zod'

/** A uuid of any version, as Postgres takes it; in lower case, so that it compares with rows. */
export function uuid<Id extends string>(): z.ZodType<Id, string> {
  return z.guid('must be a uuid').toLowerCase() as unknown as z.ZodType<Id, string>
}
