import { SyncwatchError } from '@syncwatch/core'
import { type GivenSettings, SETTINGS, type Setting, type SettingKey } from './settings.ts'

/** Where settings come from, the strongest first: flags, environment, file. */
export interface SettingSources {
  readonly flags: Readonly<Record<string, unknown>>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly file: { readonly path: string; readonly values: Readonly<Record<string, unknown>> } | null
}

interface Found {
  readonly value: unknown
  /** What the person wrote, as the subject of a sentence. */
  readonly origin: string
}

/** Reads every setting. Throws `configuration_invalid` with one sentence that names where a wrong value came from. */
export function readSettings(sources: SettingSources): GivenSettings {
  if (sources.file !== null) refuseUnknownKeys(sources.file.path, sources.file.values)
  const entries = (Object.keys(SETTINGS) as SettingKey[]).flatMap((key) => {
    const found = find(key, sources)
    return found === null ? [] : [[key, parse(SETTINGS[key], found)]]
  })
  return Object.fromEntries(entries) as GivenSettings
}

function find(key: SettingKey, { flags, environment, file }: SettingSources): Found | null {
  const setting: Setting<unknown> = SETTINGS[key]
  if (setting.flag !== undefined && flags[key] !== undefined) {
    return { value: flags[key], origin: setting.flag.split(' ')[0] as string }
  }
  const name = setting.variables.find((variable) => (environment[variable] ?? '') !== '')
  if (name !== undefined) return { value: environment[name], origin: name }
  if (file?.values[key] !== undefined) return { value: file.values[key], origin: `"${key}" in ${file.path}` }
  return null
}

function parse(setting: Setting<unknown>, { value, origin }: Found): unknown {
  const parsed = setting.schema.safeParse(value)
  if (parsed.success) return parsed.data
  const shown = setting.secret ? 'is not usable' : `is ${JSON.stringify(value)?.slice(0, 100)}`
  throw new SyncwatchError('configuration_invalid', `${origin} ${shown}; it must be ${setting.must}.`)
}

function refuseUnknownKeys(path: string, values: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(values).find((key) => !(key in SETTINGS))
  if (unknown === undefined) return
  const known = Object.keys(SETTINGS).join(', ')
  throw new SyncwatchError('configuration_invalid', `"${unknown}" in ${path} is not a setting; there are ${known}.`)
}
