// @vitest-environment happy-dom
import { cleanup, fireEvent } from '@testing-library/react'
import { afterEach, describe, expect, it } from 'vitest'
import { FloatingSyncStatus, SyncStatusIndicators } from '../src/index.ts'
import { at, FIXTURES, fixture, NOW, operation } from './fixture-states.ts'
import { pageMemory, stage } from './rendering.tsx'

afterEach(cleanup)
const working = fixture({ rows: [operation('r', { progress: 64 })] })
const done = fixture({ rows: [operation('r', { status: 'completed', progress: 100, end_time: at(NOW) })] })
const ring = (container: HTMLElement) => container.querySelector<HTMLButtonElement>('.sw-ring')

describe('FloatingSyncStatus', () => {
  it('is not there when idle, comes after 400 ms of work, ends in a tick of 3 s', async () => {
    const { find, pass, show, container } = stage(<FloatingSyncStatus />)
    expect(find('floating')).toBeNull()
    await show(working)
    expect(find('floating')).toBeNull()
    await pass(400)
    expect(find('floating')?.dataset.phase).toBe('working')
    expect(ring(container)?.textContent).toBe('64')
    await pass(2000)
    await show(done)
    expect(find('floating')?.dataset.phase).toBe('done')
    await pass(3000)
    expect(find('floating')).toBeNull()
  })

  it('gives no tick to an operation that was cancelled', async () => {
    const { find, pass, show } = stage(<FloatingSyncStatus />, working)
    await pass(3000)
    await show(fixture({ rows: [operation('r', { status: 'cancelled', end_time: at(NOW) })] }))
    expect(find('floating')).toBeNull()
  })

  it('keeps an error until it was opened, over a reload too', async () => {
    const memory = pageMemory()
    const { find, pass, container, unmount } = stage(<FloatingSyncStatus />, FIXTURES['needs you'], { memory })
    await pass(60_000)
    expect(find('floating')?.dataset.phase).toBe('problem')
    fireEvent.click(ring(container) as HTMLElement)
    const dialog = container.querySelector('[role="dialog"]') as HTMLElement
    expect(dialog.textContent).toContain('1 operation failed')
    fireEvent.keyDown(dialog, { key: 'Escape' })
    expect(find('floating')).toBeNull()
    unmount()
    const again = stage(<FloatingSyncStatus />, FIXTURES['needs you'], { memory })
    await again.pass(1000)
    expect(again.find('floating')).toBeNull()
  })

  it('raises a second outage although the first was seen', async () => {
    const { find, show, container } = stage(<FloatingSyncStatus />, FIXTURES.disconnected)
    fireEvent.click(ring(container) as HTMLElement)
    fireEvent.click(container.querySelector('[aria-label="Close"]') as HTMLElement)
    expect(find('floating')?.dataset.phase).not.toBe('problem')
    await show(fixture())
    await show(FIXTURES.reconnecting)
    expect(find('floating')?.dataset.phase).toBe('problem')
  })

  it('moves to any corner by arrow keys and remembers it', async () => {
    const memory = pageMemory()
    const { find, container, unmount } = stage(<FloatingSyncStatus />, FIXTURES.critical, { memory })
    const corner = () => find('floating')?.dataset.corner
    expect(corner()).toBe('bottom-right')
    fireEvent.keyDown(ring(container) as HTMLElement, { key: 'ArrowUp' })
    fireEvent.keyDown(ring(container) as HTMLElement, { key: 'ArrowLeft' })
    expect(corner()).toBe('top-left')
    unmount()
    const again = stage(<FloatingSyncStatus />, FIXTURES.critical, { memory })
    expect(again.find('floating')?.dataset.corner).toBe('top-left')
  })

  it('is one a page, and none where the dashboard is', () => {
    const two = stage(
      <>
        <FloatingSyncStatus />
        <FloatingSyncStatus />
      </>,
      FIXTURES.critical,
    )
    expect(two.container.querySelectorAll('[data-syncwatch="floating"]')).toHaveLength(1)
    two.unmount()
    const beside = stage(
      <>
        <FloatingSyncStatus />
        <SyncStatusIndicators />
      </>,
      FIXTURES.critical,
    )
    expect(beside.find('floating')).toBeNull()
  })
})
