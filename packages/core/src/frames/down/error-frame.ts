import type { ErrorCode } from '../../error-catalogue.ts'

/** A frame was refused; nothing changed. Whether the connection stays open depends on the code. */
export interface ErrorFrame {
  type: 'error'
  code: ErrorCode
  message: string
}
