import { type AssetDetail, type AssetReplicaRow, byteWords } from '@syncwatch/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Card } from '../ui/card.tsx'
import { RelativeTime } from '../ui/relative-time.tsx'
import { Part } from './part.tsx'
import { SyncWords } from './sync-mark.tsx'

/** What each store has of it, and when that was verified. */
export function Replicas({ asset, replicas }: { asset: AssetDetail; replicas: AssetReplicaRow[] }): ReactNode {
  return (
    <Part title="Stores">
      <Card className="divide-y divide-line">
        {replicas.length === 0 && <p className="px-3 py-2 text-muted">No store has it yet.</p>}
        {replicas.map((replica) => (
          <div key={replica.store_id} className="px-3 py-2" data-replica={replica.store_name}>
            <p className="flex flex-wrap items-baseline justify-between gap-x-3">
              <Link
                to="/stores/$storeId"
                params={{ storeId: replica.store_id }}
                className="[overflow-wrap:anywhere] hover:text-accent hover:underline"
              >
                {replica.store_name}
              </Link>
              <SyncWords state={replica.sync_state} />
            </p>
            <p className="text-muted [overflow-wrap:anywhere]">
              {replica.verified_at === null ? (
                'Not verified yet'
              ) : (
                <>
                  {replica.sync_state === 'in_sync' ? 'Verified' : 'Agreed last'}{' '}
                  <RelativeTime iso={replica.verified_at} />
                </>
              )}
              {replica.remote_size !== asset.size && ` · ${byteWords(replica.remote_size)} there`}
              {replica.remote_key !== asset.key && ` · there as ${replica.remote_key}`}
              {replica.error_code !== null && ` · ${replica.error_code.replaceAll('_', ' ')}`}
            </p>
          </div>
        ))}
      </Card>
    </Part>
  )
}
