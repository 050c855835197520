/** One state of an operation as a message carries it, with the time of the call that made it (milliseconds since 1970). */
export interface CarriedState {
  id: string
  at: number
}

/** The states in one message: the call's time stands in `processed_items`, as microseconds. */
export function statesOf(dialect: 'syncwatch' | 'socket.io', text: string): CarriedState[] {
  return dialect === 'syncwatch' ? fromDelta(text) : fromEvent(text)
}

function fromDelta(text: string): CarriedState[] {
  const frame = JSON.parse(text) as { type: string; fields: string[]; rows: unknown[][] }
  if (frame.type !== 'delta') return []
  const place = frame.fields.indexOf('processed_items')
  return frame.rows.map((row) => ({ id: String(row[0]), at: Number(row[place]) / 1000 }))
}

function fromEvent(text: string): CarriedState[] {
  if (!text.startsWith('42')) return []
  const [, row] = JSON.parse(text.slice(2)) as [string, { id: string; processed_items: number }]
  return [{ id: row.id, at: row.processed_items / 1000 }]
}
