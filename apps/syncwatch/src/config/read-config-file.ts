import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SyncwatchError } from '@syncwatch/core'
import type { SettingSources } from './read-settings.ts'

/** The file that is read when none is named. */
const DEFAULT_NAME = 'syncwatch.json'

/** Reads the configuration file: the named one, or `syncwatch.json` in `folder` where there is one. */
export async function readConfigFile(folder: string, named: string | undefined): Promise<SettingSources['file']> {
  const path = resolve(folder, named ?? DEFAULT_NAME)
  const text = await readText(path, named !== undefined)
  return text === null ? null : { path, values: parse(path, text) }
}

async function readText(path: string, mustExist: boolean): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error ? Reflect.get(error, 'code') : undefined
    if (code === 'ENOENT' && !mustExist) return null
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(code)})`
    throw new SyncwatchError('configuration_invalid', `The configuration file ${path} ${reason}.`, { cause: error })
  }
}

function parse(path: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be parsed'
    throw new SyncwatchError('configuration_invalid', `The configuration file ${path} is not valid JSON: ${reason}.`)
  }
  throw new SyncwatchError('configuration_invalid', `The configuration file ${path} must hold one JSON object.`)
}
