/** Burns nonces ($1) that expire at $2, in one statement; those that come back were not used before. */
export const burnNonces = (schema: string) => `
  INSERT INTO ${schema}.sync_tickets_used (nonce, expires_at)
  SELECT * FROM unnest($1::text[], $2::timestamptz[])
  ON CONFLICT DO NOTHING RETURNING nonce`
