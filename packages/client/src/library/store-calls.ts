import type { OperationRow, StoreSummary } from '@syncwatch/core'
import type { CallOptions, Page, PageQuery } from '../http/api-inputs.ts'
import type { HeldPlan, StorePlan } from './held-plan.ts'
import type { NewStoreInput, StoreEdit, StoreTest } from './library-inputs.ts'
import type { LibraryRequest } from './library-request.ts'
import type { PlanPreview } from './plan-preview.ts'

/** The stores. Connecting, editing and disconnecting is for administrators. */
export interface StoreCalls {
  list(options?: CallOptions): Promise<Page<StoreSummary>>
  get(id: string, options?: CallOptions): Promise<StoreSummary>
  /** Whether a place could be connected; connects nothing. */
  testPlace(store: NewStoreInput, options?: CallOptions): Promise<StoreTest>
  add(store: NewStoreInput, options?: CallOptions): Promise<StoreSummary>
  edit(id: string, edit: StoreEdit, options?: CallOptions): Promise<StoreSummary>
  /** Five cron fields in UTC; null for by hand. */
  schedule(id: string, schedule: string | null, options?: CallOptions): Promise<StoreSummary>
  /** Files in the store and the library stay. */
  remove(id: string, options?: CallOptions): Promise<null>
  /** Whether a connected store can be reached. */
  test(id: string, options?: CallOptions): Promise<StoreTest>
  /** Begins a run, or joins the one that waits. */
  sync(id: string, options?: CallOptions): Promise<OperationRow>
  /** What a run would do now. It lists the whole store, and so has no time limit but `signal`. */
  preview(id: string, options?: CallOptions): Promise<PlanPreview>
  /** Compares and changes nothing; what differs are items of the operation with the action `verify`. */
  verify(id: string, content?: 'metadata' | 'full', options?: CallOptions): Promise<OperationRow>
  /** What safety gates hold back. */
  heldPlan(id: string, query?: PageQuery, options?: CallOptions): Promise<StorePlan>
  /** `rows`: how many the person was shown. Answers with the run that does it. */
  approve(id: string, planId: string, rows: number, options?: CallOptions): Promise<OperationRow>
  drop(id: string, planId: string, options?: CallOptions): Promise<HeldPlan>
  /** `confirm` is the store's name: from the next run on it is whatever answers at its place. */
  forgetIdentity(id: string, confirm: string, options?: CallOptions): Promise<StoreSummary>
}

export function storeCalls({ call }: LibraryRequest): StoreCalls {
  return {
    list: (o) => call('GET', ['stores'], o),
    get: (id, o) => call('GET', ['stores', id], o),
    testPlace: (body, o) => call('POST', ['stores', 'test'], o, { body }),
    add: (body, o) => call('POST', ['stores'], o, { body }),
    edit: (id, body, o) => call('PATCH', ['stores', id], o, { body }),
    schedule: (id, schedule, o) => call('PUT', ['stores', id, 'schedule'], o, { body: { schedule } }),
    remove: (id, o) => call('DELETE', ['stores', id], o),
    test: (id, o) => call('POST', ['stores', id, 'test'], o),
    sync: (id, o) => call('POST', ['stores', id, 'sync'], o),
    preview: (id, o) => call('POST', ['stores', id, 'plan'], o, { patient: true }),
    verify: (id, content = 'metadata', o) => call('POST', ['stores', id, 'verify'], o, { body: { content } }),
    heldPlan: (id, query, o) => call('GET', ['stores', id, 'plan'], o, { query }),
    approve: (id, plan_id, rows, o) => call('POST', ['stores', id, 'approve'], o, { body: { plan_id, rows } }),
    drop: (id, plan_id, o) => call('POST', ['stores', id, 'drop'], o, { body: { plan_id } }),
    forgetIdentity: (id, confirm, o) => call('POST', ['stores', id, 'forget-identity'], o, { body: { confirm } }),
  }
}
