'use client'
import type { ReactNode } from 'react'
import { useLater } from '../hooks/use-later.ts'
import { laterDetails } from '../provider/later.ts'
import type { IndicatorDetailsProps } from './indicator-details.tsx'
import { NotYet } from './not-yet.tsx'

interface LaterDetailsProps extends IndicatorDetailsProps {
  isOpen: boolean
}

/** The details of an open indicator, whose code comes after the page's own; until it is there, and while it cannot be had, it says so. */
export function LaterDetails({ isOpen, ...details }: LaterDetailsProps): ReactNode {
  const { value: Details, hasFailed } = useLater(laterDetails, isOpen)
  if (!isOpen) return null
  if (Details) return <Details {...details} />
  return <NotYet hasFailed={hasFailed} />
}
