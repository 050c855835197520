/** A new row each time: the newest of a code counts, and what was said before stays on record until it expires. */
export const insertAcknowledgement = (schema: string) => `
  INSERT INTO ${schema}.sync_health_acknowledgements (code, severity, acknowledged_by, note, until)
  VALUES ($1, $2, $3, $4, $5::timestamptz)`
