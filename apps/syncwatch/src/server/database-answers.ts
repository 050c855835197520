import { type Clock, sleep } from '@syncwatch/core'
import { type Queryable, query } from '@syncwatch/database'

/** True when the database answers within `milliseconds`. Never rejects. */
export async function databaseAnswers(pool: Queryable, clock: Clock, milliseconds = 1_500): Promise<boolean> {
  const answered = query(pool, 'SELECT 1').then(
    () => true,
    () => false,
  )
  return Promise.race([answered, sleep(clock, milliseconds).then(() => false)])
}
