// @vitest-environment happy-dom

import { englishWords as en } from '@syncwatch/client'
import { cleanup, fireEvent } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { CompactSyncIndicator, SyncStatusIndicators } from '../src/index.ts'
import { at, FIXTURE_NAMES, FIXTURES, type FixtureName, fixture, health, NOW, operation } from './fixture-states.ts'
import { stage } from './rendering.tsx'

afterEach(cleanup)
const text = (element: Element | null | undefined) => element?.textContent ?? ''

/** What a person reads and sees: text, tone and shape of the compact indicator. */
const compact: Record<FixtureName, [text: string, tone: string, shape: string]> = {
  loading: ['Connecting', 'quiet', 'ring'],
  idle: ['Idle', 'quiet', 'disc'],
  'in sync': ['In sync', 'good', 'disc'],
  running: ['3 running', 'busy', 'disc'],
  'running, total known': ['1 · 64 %', 'busy', 'disc'],
  stalled: ['1 stalled', 'warn', 'disc'],
  differs: ['3 differ', 'warn', 'disc'],
  'needs you': ['1 needs you', 'warn', 'disc'],
  warning: ['Warning', 'warn', 'disc'],
  critical: ['Critical', 'bad', 'disc'],
  'database away': ['Critical', 'bad', 'disc'],
  reconnecting: ['Reconnecting', 'warn', 'ring'],
  disconnected: ['Disconnected', 'bad', 'square'],
  unauthorised: ['Sign in', 'bad', 'square'],
}

describe('CompactSyncIndicator', () => {
  it.each(Object.entries(compact))('%s', (name, [message, tone, shape]) => {
    const { find } = stage(<CompactSyncIndicator className="mr-2" />, FIXTURES[name as FixtureName])
    const button = find('compact')
    expect(text(button)).toBe(message)
    expect(button?.className.split(' ')).toEqual(expect.arrayContaining([`sw-tone-${tone}`, 'mr-2']))
    expect(button?.querySelector('svg')?.dataset.shape).toBe(shape)
    expect(button?.getAttribute('aria-label')).toMatch(/\.$/)
  })

  it('takes other words', () => {
    const { find } = stage(<CompactSyncIndicator />, FIXTURES.loading, {
      strings: { words: { ...en, short: { ...en.short, connecting: 'Verbinde' } } },
    })
    expect(text(find('compact'))).toBe('Verbinde')
  })

  it('speaks changes of state only, at most every 10 s, and with one voice', async () => {
    const { container, show, pass } = stage(
      <>
        <CompactSyncIndicator />
        <SyncStatusIndicators />
      </>,
      FIXTURES.loading,
    )
    const spoken = () => [...container.querySelectorAll('[role="status"]')].map(text).join('')
    await show(fixture())
    await pass(1)
    expect(spoken()).toBe('')
    await show(FIXTURES.warning)
    await pass(1)
    const first = spoken()
    expect(first).toContain('Warning')
    await show(FIXTURES.critical)
    await pass(9_000)
    expect(spoken()).toBe(first)
    await pass(1_000)
    expect(spoken()).toContain('Critical')
  })

  it('opens into verdict, reasons, three operations and the connection', async () => {
    const { find, container } = stage(<CompactSyncIndicator />, FIXTURES.critical, { detailsUrl: '/operations' })
    const popover = container.querySelector('[popover]') as HTMLElement
    fireEvent(popover, Object.assign(new Event('toggle'), { newState: 'open' }))
    expect(find('compact')?.getAttribute('aria-expanded')).toBe('true')
    expect(text(popover)).toContain('6 of 40 operations failed')
    expect(popover.querySelectorAll('[data-operation]')).toHaveLength(3)
    expect(text(popover)).toContain('12 ms')
    expect(popover.querySelector('a')?.getAttribute('href')).toBe('/operations')
  })
})

describe('SyncStatusIndicators', () => {
  it.each(FIXTURE_NAMES)('says when its figures are of, exactly when they are not live: %s', (name) => {
    const { find } = stage(<SyncStatusIndicators showDetails />, FIXTURES[name])
    const { connection, lastUpdate } = FIXTURES[name]
    const isLive = connection.status === 'connected' && name !== 'database away'
    expect(find('indicators')?.dataset.live).toBe(String(isLive))
    const isHistory = !isLive && lastUpdate !== null
    expect(text(find('indicators')?.querySelector('.sw-asof'))).toMatch(isHistory ? /^as of \d\d:\d\d:\d\d$/ : /^$/)
  })

  it('lets nothing seem to stall only because we do not hear of it', async () => {
    const { find, pass } = stage(<SyncStatusIndicators showDetails />, FIXTURES.reconnecting)
    const before = text(find('indicators')?.querySelector('[data-operation]'))
    await pass(10 * 60_000)
    expect(text(find('indicators')?.querySelector('[data-operation]'))).toBe(before)
  })

  it('says that nothing runs only while it hears of it, and before that nothing', async () => {
    const { find, show } = stage(<SyncStatusIndicators />, FIXTURES.loading)
    const words = () => text(find('indicators')?.querySelector('.sw-none'))
    expect(words()).toBe('')
    await show(FIXTURES.idle)
    expect(words()).toBe('Nothing is running.')
    await show({ ...FIXTURES.idle, connection: FIXTURES.reconnecting.connection })
    expect(words()).toBe('Nothing was running.')
  })

  it('says why a button waits, and that a refused call was refused', async () => {
    const { find, show, pass, client } = stage(<SyncStatusIndicators showDetails />, FIXTURES.reconnecting)
    const button = () => find('indicators')?.querySelector<HTMLButtonElement>('.sw-operation__cancel')
    expect(button()?.disabled).toBe(true)
    expect(button()?.title).toBe('Waits for the connection')
    await show(FIXTURES.running)
    expect(button()?.disabled).toBe(false)
    fireEvent.click(button() as HTMLElement)
    await pass(0)
    expect(client.calls).toContain('cancel sync-1')
    expect(text(find('indicators')?.querySelector('[role="alert"]'))).toBe('Not done: It has ended already.')
  })

  it('offers a new attempt while it is gone', () => {
    const { find, client } = stage(<SyncStatusIndicators />, FIXTURES.reconnecting)
    expect(text(find('indicators')?.querySelector('.sw-connection'))).toContain('attempt 2 · next try in 4 s')
    fireEvent.click(find('indicators')?.querySelector('.sw-connection button') as HTMLElement)
    expect(client.calls).toContain('retryNow')
  })

  it('shows the estimate as a range, with rate and counts', () => {
    const { find } = stage(<SyncStatusIndicators />, FIXTURES.running)
    const row = text(find('indicators')?.querySelector('[data-operation="sync-1"]'))
    expect(row).toContain('412/1,000 · 41 %')
    expect(row).toContain('6.9/s · 1 min to 2 min left')
  })

  it('drops an estimate that has run out', () => {
    const past = { eta_low: at(NOW - 20_000), eta_high: at(NOW - 10_000), items_per_second: 6.9 }
    const row = operation('sync-1', { estimated_completion: at(NOW - 15_000), performance_metrics: past })
    const { find } = stage(<SyncStatusIndicators />, fixture({ rows: [row] }))
    expect(text(find('indicators')?.querySelector('[data-operation]'))).not.toContain('left')
  })

  it('is not live while the database is away: as of the last confirmed change, and its buttons say why they wait', () => {
    const { find } = stage(<SyncStatusIndicators showDetails />, FIXTURES['database away'])
    const board = find('indicators')
    expect(board?.dataset).toMatchObject({ live: 'false', connection: 'connected', kind: 'critical' })
    expect(text(board?.querySelector('.sw-asof'))).toMatch(/^as of \d\d:\d\d:\d\d/)
    const cancel = board?.querySelector<HTMLButtonElement>('.sw-operation__cancel')
    expect([cancel?.disabled, cancel?.title]).toEqual([true, 'Waits for the database'])
  })

  it('says who has accepted a reason, and why', () => {
    const [reason] = FIXTURES.critical.health?.reasons ?? []
    const acknowledged = { by: 'ops', note: 'a drill', until: at(NOW + 60_000) }
    const accepted = health({ status: 'warning', reasons: reason ? [{ ...reason, acknowledged }] : [] })
    const { find } = stage(<SyncStatusIndicators />, fixture({ patch: { health: accepted } }))
    expect(text(find('indicators')?.querySelector('.sw-reasons'))).toContain('accepted by ops: a drill')
  })

  it('knows no percent without a total', () => {
    const { find } = stage(<SyncStatusIndicators />, FIXTURES.running)
    const bar = find('indicators')?.querySelector('[data-operation="upload-1"] [role="progressbar"]')
    expect(bar?.hasAttribute('aria-valuenow')).toBe(false)
  })

  it('names since when an operation stalls, as the server found it', () => {
    const { find } = stage(<SyncStatusIndicators />, FIXTURES.stalled)
    expect(text(find('indicators')?.querySelector('[data-operation]'))).toContain('Stalled for 40 s')
  })

  it('calls nothing healthy before anything has finished', () => {
    const nothing = fixture({ patch: { health: health({ sample_size: 0 }) } })
    const { find } = stage(<SyncStatusIndicators />, nothing)
    expect(text(find('indicators')?.querySelector('[data-health=unknown]'))).toContain('Not known yet')
  })

  it('leaves figures open where nothing was measured', () => {
    const { find } = stage(<SyncStatusIndicators showDetails />, FIXTURES.idle)
    const figures = Object.fromEntries(
      [...(find('indicators')?.querySelectorAll('.sw-figures > div') ?? [])].map((pair) => [
        text(pair.querySelector('dt')),
        text(pair.querySelector('dd')),
      ]),
    )
    expect(figures).toMatchObject({ 'In all': '0', 'Error rate': '—', 'Mean duration': '—', Throughput: '—' })
  })

  it('keeps an ended row in its place for 5 s', async () => {
    const first = operation('a', { created_at: at(NOW - 9000) })
    const second = operation('b', { created_at: at(NOW - 8000) })
    const { find, show, pass } = stage(<SyncStatusIndicators />, fixture({ rows: [first, second] }))
    const rows = () =>
      [...(find('indicators')?.querySelectorAll<HTMLElement>('[data-operation]') ?? [])].map(
        ({ dataset }) => `${dataset.operation} ${dataset.status}`,
      )
    await show(fixture({ rows: [{ ...first, status: 'completed', end_time: at(NOW) }, second] }))
    expect(rows()).toEqual(['a completed', 'b in_progress'])
    await pass(4999)
    expect(rows()).toHaveLength(2)
    await pass(1)
    expect(rows()).toEqual(['b in_progress'])
  })
})
