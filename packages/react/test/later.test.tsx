// @vitest-environment happy-dom
import { act, cleanup } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, expect, it } from 'vitest'
import { useLater } from '../src/hooks/use-later.ts'
import { type Later, later } from '../src/provider/later.ts'
import { stage } from './rendering.tsx'

afterEach(cleanup)

function Probe({ part, isWanted }: { part: Later<string>; isWanted: boolean }): ReactNode {
  const { value, hasFailed } = useLater(part, isWanted)
  return value ?? (hasFailed ? 'failed' : 'waiting')
}

/** A part whose bringing the test settles, one after the other. */
function partInHand() {
  const asked: PromiseWithResolvers<string>[] = []
  const part = later(() => {
    const next = Promise.withResolvers<string>()
    asked.push(next)
    return next.promise
  })
  return { part, asked }
}

it('is brought at once where it is wanted, and once a page', async () => {
  const { part, asked } = partInHand()
  const first = stage(<Probe part={part} isWanted />)
  expect(first.container.textContent).toBe('waiting')
  await act(async () => asked[0]?.resolve('there'))
  expect(first.container.textContent).toBe('there')
  expect(stage(<Probe part={part} isWanted />).container.textContent).toBe('there')
  expect(asked).toHaveLength(1)
})

it('comes unasked after two seconds, so that it is there without a network', async () => {
  const { part, asked } = partInHand()
  const { container, pass } = stage(<Probe part={part} isWanted={false} />)
  await pass(1999)
  expect(asked).toHaveLength(0)
  await pass(1)
  await act(async () => asked[0]?.resolve('there'))
  expect(container.textContent).toBe('there')
})

it('says that it cannot be had, and tries again every 10 s until it can', async () => {
  const { part, asked } = partInHand()
  const { container, pass } = stage(<Probe part={part} isWanted />)
  await act(async () => asked[0]?.reject(new TypeError('no network')))
  expect(container.textContent).toBe('failed')
  await pass(10_000)
  await act(async () => asked[1]?.reject(new TypeError('no network')))
  await pass(10_000)
  await act(async () => asked[2]?.resolve('there'))
  expect(container.textContent).toBe('there')
})

it('is not tried again for nobody', async () => {
  const { part, asked } = partInHand()
  const { pass, unmount } = stage(<Probe part={part} isWanted />)
  unmount()
  await act(async () => asked[0]?.reject(new TypeError('no network')))
  await pass(60_000)
  expect(asked).toHaveLength(1)
})
