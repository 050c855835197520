import type { ErrorCode } from '@syncwatch/core'

/** The SQLSTATEs that our SQL functions raise. The class `SW` is nobody else's. */
export const SYNCWATCH_SQLSTATES = {
  SW001: 'operation_not_found',
  SW002: 'illegal_transition',
  SW003: 'operation_key_taken',
  SW004: 'fenced',
  SW005: 'invalid_input',
  SW006: 'invalid_progress',
  SW007: 'invalid_cursor',
  SW008: 'asset_not_found',
  SW009: 'asset_changed',
  SW010: 'store_not_found',
} as const satisfies Record<string, ErrorCode>

const EXACT: Readonly<Record<string, ErrorCode>> = {
  ...SYNCWATCH_SQLSTATES,
  // What a pooler answers to session settings that it does not pass on.
  '08P01': 'configuration_invalid',
  '22P02': 'invalid_input',
  '22003': 'invalid_input',
  '22021': 'invalid_input',
  '22P05': 'invalid_input',
  '22007': 'invalid_input',
  '22008': 'invalid_input',
  '23502': 'invalid_input',
  '23514': 'invalid_input',
  '25006': 'database_unavailable',
  '3D000': 'configuration_invalid',
  '40001': 'database_busy',
  '40P01': 'database_busy',
  '42501': 'forbidden',
  '42P01': 'database_incompatible',
  '42703': 'database_incompatible',
  '42883': 'database_incompatible',
  '53100': 'disk_full',
  '53300': 'database_unavailable',
  '55P03': 'database_busy',
  '57014': 'timeout',
  '57P01': 'database_unavailable',
  '57P02': 'database_unavailable',
  '57P03': 'database_unavailable',
  '57P05': 'database_unavailable',
}

const BY_CLASS: Readonly<Record<string, ErrorCode>> = {
  '08': 'database_unavailable',
  '28': 'configuration_invalid',
}

/** The code for an SQLSTATE, undefined for one that says nothing about its cause (a mistake of ours). */
export function codeOfSqlState(state: string): ErrorCode | undefined {
  return EXACT[state] ?? BY_CLASS[state.slice(0, 2)]
}
