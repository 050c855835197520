import { isAddressRange } from '@syncwatch/webhooks'
import { z } from 'zod'

/** One thing that can be configured: by flag, by environment variable or in the configuration file (under its key). */
export interface Setting<Value> {
  /** As commander writes it; absent for what is nothing but a secret, which would show in the list of processes. */
  readonly flag?: string
  /** The first that is set wins. */
  readonly variables: readonly string[]
  readonly schema: z.ZodType<Value>
  /** Ends the sentence "it must be …". */
  readonly must: string
  readonly description: string
  readonly secret?: true
}

function setting<Value>(definition: Setting<Value>): Setting<Value> {
  return definition
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
const TRUE_WORDS: Readonly<Record<string, boolean>> = {
  true: true,
  1: true,
  yes: true,
  false: false,
  0: false,
  no: false,
}

const port = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number),
  ])
  .pipe(z.int().min(0).max(65_535))
const days = wholeNumber(36_500)
const list = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
const flag = z.union([
  z.boolean(),
  z.string().transform((text, context) => TRUE_WORDS[text.toLowerCase()] ?? refuse(context)),
])

function wholeNumber(most: number) {
  const digits = z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number)
  return z.union([z.number(), digits]).pipe(z.int().min(1).max(most))
}

function refuse(context: z.RefinementCtx): never {
  context.addIssue('not a yes or no')
  return z.NEVER
}

/** Every setting of the server. */
export const SETTINGS = {
  host: setting({
    flag: '--host <address>',
    variables: ['SYNCWATCH_HOST'],
    schema: z.string().regex(/^[\w.:%-]+$/),
    must: 'an address of this machine, such as 127.0.0.1',
    description: 'address to listen on (default 127.0.0.1)',
  }),
  port: setting({
    flag: '--port <number>',
    variables: ['SYNCWATCH_PORT'],
    schema: port,
    must: 'a whole number from 0 to 65535',
    description: 'port to listen on (default 4400; 0 takes a free one)',
  }),
  data: setting({
    flag: '--data <folder>',
    variables: ['SYNCWATCH_DATA'],
    schema: z.string().min(1),
    must: 'a folder',
    description: 'where Syncwatch keeps its own files (default .syncwatch)',
  }),
  databaseUrl: setting({
    flag: '--database-url <url>',
    variables: ['SYNCWATCH_DATABASE_URL', 'DATABASE_URL'],
    schema: z.string().regex(/^postgres(ql)?:\/\/\S+$/),
    must: 'a Postgres address such as postgres://user:password@host:5432/name',
    description:
      'your own Postgres instead of the embedded one; everybody at this machine sees a password given here in the list of processes, so prefer DATABASE_URL',
    secret: true,
  }),
  schema: setting({
    flag: '--schema <name>',
    variables: ['SYNCWATCH_SCHEMA'],
    schema: z.string().regex(/^[A-Za-z_][\w$]{0,62}$/),
    must: 'the name of a Postgres schema',
    description: 'schema of the status tables (default public)',
  }),
  token: setting({
    variables: ['SYNCWATCH_TOKEN'],
    schema: z.string().regex(/^[\x21-\x7e]{16,512}$/),
    must: 'at least 16 visible characters without spaces',
    description: 'secret that lets its bearer do everything',
    secret: true,
  }),
  viewerToken: setting({
    variables: ['SYNCWATCH_VIEWER_TOKEN'],
    schema: z.string().regex(/^[\x21-\x7e]{16,512}$/),
    must: 'at least 16 visible characters without spaces',
    description: 'secret that lets its bearer look',
    secret: true,
  }),
  allowedOrigins: setting({
    flag: '--allowed-origins <list>',
    variables: ['SYNCWATCH_ALLOWED_ORIGINS'],
    schema: list.pipe(z.array(z.string().regex(/^https?:\/\/[^/\s]+$/))),
    must: 'origins such as https://app.example.com, separated by commas',
    description: 'origins of other pages that may talk to this server',
  }),
  allowedHosts: setting({
    flag: '--allowed-hosts <list>',
    variables: ['SYNCWATCH_ALLOWED_HOSTS'],
    schema: list.pipe(z.array(z.string().regex(/^[\w.:[\]-]+$/))),
    must: 'host names such as sync.example.com, separated by commas',
    description: 'names under which this server may be called',
  }),
  maxContentBytes: setting({
    flag: '--max-content-bytes <number>',
    variables: ['SYNCWATCH_MAX_CONTENT_BYTES'],
    schema: wholeNumber(Number.MAX_SAFE_INTEGER),
    must: 'a whole number of bytes, at least 1',
    description: 'longest file that is taken over HTTP (default 5 GiB)',
  }),
  trashDays: setting({
    flag: '--trash-days <number>',
    variables: ['SYNCWATCH_TRASH_DAYS'],
    schema: days,
    must: 'a whole number of days from 1 to 36500',
    description: 'days that deleted assets can be restored (default 30)',
  }),
  versionDays: setting({
    flag: '--version-days <number>',
    variables: ['SYNCWATCH_VERSION_DAYS'],
    schema: days,
    must: 'a whole number of days from 1 to 36500',
    description: 'days that replaced content can be had back (default 90)',
  }),
  webhookAllow: setting({
    flag: '--webhook-allow <list>',
    variables: ['SYNCWATCH_WEBHOOK_ALLOW'],
    schema: list.pipe(z.array(z.string().refine(isAddressRange))),
    must: 'addresses or ranges such as 10.1.0.0/16, separated by commas',
    description: 'private addresses that webhooks may be sent to',
  }),
  logLevel: setting({
    flag: '--log-level <level>',
    variables: ['SYNCWATCH_LOG_LEVEL'],
    schema: z.enum(LOG_LEVELS),
    must: `one of ${LOG_LEVELS.join(', ')}`,
    description: 'what to write to standard error (default warn)',
  }),
  open: setting({
    flag: '--no-open',
    variables: ['SYNCWATCH_OPEN'],
    schema: flag,
    must: 'true or false',
    description: 'do not open the panel in a browser',
  }),
} as const

export type SettingKey = keyof typeof SETTINGS
type ValueOf<S> = S extends Setting<infer Value> ? Value : never

/** What was configured, by whatever source; absent where nobody said anything. */
export type GivenSettings = { [Key in SettingKey]?: ValueOf<(typeof SETTINGS)[Key]> }
