/** Ends what holds for a reason ($1): it stays on record until it is purged like any other that has expired. */
export const endAcknowledgements = (schema: string) => `
  UPDATE ${schema}.sync_health_acknowledgements SET until = now() WHERE code = $1 AND until > now()`
