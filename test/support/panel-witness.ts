import type { Page } from '@playwright/test'
import type pg from 'pg'

/** What a row of the list of operations said: its state, and its items in words. */
interface ShownRow {
  readonly id: string
  readonly status: string
  readonly items: string
}

/** One look at the page: whether it said that it was live, the rows that had changed, and those that were gone. Milliseconds since 1970. */
interface Look {
  readonly at: number
  readonly isLive: boolean
  readonly changed: readonly ShownRow[]
  readonly gone: readonly string[]
}

/** How long a page may show what is no more without saying that it is not live: a loss is told after 5 s; the rest is for busy machines. */
const STALE_MS = 20_000

declare global {
  var looks: Look[] | undefined
}

/** Has the page note what it shows: each change, before anybody can see it, and four times a second whatever happens. */
export async function keepLooking(page: Page): Promise<void> {
  await page.evaluate(() => {
    const looks: Look[] = []
    globalThis.looks = looks
    const known = new Map<string, string>()
    let wasLive = false
    const look = (always: boolean) => {
      const rows = [...document.querySelectorAll<HTMLElement>('a[data-operation]')].map((row) => ({
        id: row.dataset.operation ?? '',
        status: row.dataset.status ?? '',
        items: row.children[2]?.textContent ?? '',
      }))
      const isLive = document.querySelector<HTMLElement>('main')?.dataset.live === 'true'
      const changed = rows.filter(({ id, status, items }) => known.get(id) !== `${status} ${items}`)
      const shown = new Set(rows.map(({ id }) => id))
      const gone = [...known.keys()].filter((id) => !shown.has(id))
      for (const { id, status, items } of changed) known.set(id, `${status} ${items}`)
      for (const id of gone) known.delete(id)
      if (always || isLive !== wasLive || changed.length + gone.length > 0)
        looks.push({ at: Date.now(), isLive, changed, gone })
      wasLive = isLive
    }
    new MutationObserver(() => look(false)).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ['data-status', 'data-live', 'data-operation'],
    })
    setInterval(() => look(true), 250)
  })
}

interface CommittedState {
  readonly rev: number
  readonly status: string
  readonly items: string
  readonly at: number
}

/**
 * Holds every look against the database: each row is a state that was committed, none goes back, and none that the page
 * calls live is older than it may be. Gives what was untrue, and how many states were seen. That nobody looked for so long that
 * something stale could have gone by counts as untrue too.
 */
export async function judgeLooks(page: Page, pool: pg.Pool): Promise<{ untrue: string[]; states: number }> {
  const looks = (await page.evaluate(() => globalThis.looks ?? [])) as Look[]
  const committed = await committedStates(pool)
  const untrue = new Set<string>()
  const states = new Set<string>()
  /** Where each row on the page stands in its history. */
  const places = new Map<string, number>()
  const judged = new Map<string, number>()
  let before = looks[0]?.at ?? 0
  for (const { at, isLive, changed, gone } of looks) {
    if (at - before > STALE_MS) untrue.add(`nobody looked for ${at - before} ms`)
    before = at
    for (const row of changed) {
      const shown = `${row.id} ${row.status}, ${row.items}`
      states.add(shown)
      const history = committed.get(row.id) ?? []
      const place = history.findLastIndex((state) => isShown(state, row))
      if (place === -1) untrue.add(`${shown} was never committed`)
      else if (place < (judged.get(row.id) ?? 0)) untrue.add(`${shown} came after what followed it`)
      if (place === -1) continue
      places.set(row.id, place)
      judged.set(row.id, place)
    }
    for (const id of gone) places.delete(id)
    if (!isLive) continue
    for (const [id, place] of places) {
      const next = committed.get(id)?.[place + 1]
      if (next && at - next.at > STALE_MS)
        untrue.add(
          `${id}, ${JSON.stringify(committed.get(id)?.[place])}, was live ${Math.round(at - next.at)} ms after it had changed`,
        )
    }
  }
  return { untrue: [...untrue], states: states.size }
}

function isShown({ status, items }: CommittedState, row: ShownRow): boolean {
  return status === row.status && items === row.items
}

async function committedStates(pool: pg.Pool): Promise<Map<string, CommittedState[]>> {
  const { rows } = await pool.query<{
    id: string
    rev: number
    at: number
    total: number
    state: [string, number, number]
  }>(
    `SELECT c.id, c.rev::int AS rev, extract(epoch FROM c.at)::float8 * 1000 AS at, o.total_items AS total, c.state
     FROM committed_states c JOIN sync_operations o USING (id) ORDER BY c.id, c.rev`,
  )
  const states = new Map<string, CommittedState[]>()
  for (const { id, rev, at, total, state } of rows) {
    const [status, percent, processed] = state
    const items = `${processed.toLocaleString('en-US')}/${total.toLocaleString('en-US')}`
    const held = states.get(id) ?? []
    held.push({
      rev,
      status,
      at,
      items: status === 'in_progress' && percent !== null ? `${items} · ${percent} %` : `${items} items`,
    })
    states.set(id, held)
  }
  return states
}
