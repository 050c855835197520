import { resolve } from 'node:path'
import { readConfigFile } from './read-config-file.ts'
import { readSettings } from './read-settings.ts'
import { type GivenSettings, SETTINGS } from './settings.ts'

/** What a process of ours works with, complete and checked. */
export interface Config {
  readonly host: string
  readonly port: number
  /** Absolute. */
  readonly dataFolder: string
  /** Null: the embedded Postgres. */
  readonly databaseUrl: string | null
  readonly schema: string
  readonly token: string | null
  readonly viewerToken: string | null
  readonly allowedOrigins: readonly string[]
  readonly allowedHosts: readonly string[]
  /** Longest content that is taken over HTTP. */
  readonly maxContentBytes: number
  /** How long what was deleted, and content that was replaced, can be had back. */
  readonly trashDays: number
  readonly versionDays: number
  /** Addresses that are not public and webhooks may be sent to. */
  readonly webhookAllow: readonly string[]
  readonly logLevel: string
  readonly open: boolean
}

export interface ConfigInput {
  readonly flags: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths count from. */
  readonly folder: string
}

/** Puts the configuration together. Throws `configuration_invalid`. */
export async function loadConfig({ flags, environment, folder }: ConfigInput): Promise<Config> {
  const named = text(flags.config) ?? text(environment.SYNCWATCH_CONFIG)
  const file = await readConfigFile(folder, named)
  return complete(readSettings({ flags, environment, file }), folder)
}

function complete(given: GivenSettings, folder: string): Config {
  return {
    host: given.host ?? '127.0.0.1',
    port: given.port ?? 4400,
    dataFolder: resolve(folder, given.data ?? '.syncwatch'),
    databaseUrl: given.databaseUrl ?? null,
    schema: given.schema ?? 'public',
    token: given.token ?? null,
    viewerToken: given.viewerToken ?? null,
    allowedOrigins: given.allowedOrigins ?? [],
    allowedHosts: given.allowedHosts ?? [],
    maxContentBytes: given.maxContentBytes ?? 5 * 1024 ** 3,
    trashDays: given.trashDays ?? 30,
    versionDays: given.versionDays ?? 90,
    webhookAllow: given.webhookAllow ?? [],
    logLevel: given.logLevel ?? 'warn',
    open: given.open ?? true,
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The flags of the settings, for the command line. */
export function settingFlags(): { flag: string; description: string }[] {
  return Object.values(SETTINGS).flatMap((setting) =>
    'flag' in setting && setting.flag !== undefined ? [{ flag: setting.flag, description: setting.description }] : [],
  )
}
