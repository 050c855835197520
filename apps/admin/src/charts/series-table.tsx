import type { ReactNode } from 'react'
import type { Series } from './series.ts'

/** The figures behind the charts. */
export function SeriesTable({ series, timeWords }: { series: Series[]; timeWords: (at: number) => string }): ReactNode {
  const moments = series[0]?.points ?? []
  return (
    <details className="border-t border-line px-4 py-2">
      <summary className="text-muted">Table</summary>
      <div className="max-h-72 overflow-auto">
        <table className="mt-2 w-full text-right">
          <thead className="text-xs text-muted">
            <tr>
              <th scope="col" className="text-left font-normal">
                Time
              </th>
              {series.map(({ name }) => (
                <th key={name} scope="col" className="font-normal">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {moments.map(({ at }, index) => (
              <tr key={at}>
                <th scope="row" className="text-left font-normal text-muted">
                  {timeWords(at)}
                </th>
                {series.map(({ name, points, words }) => {
                  const value = points[index]?.value ?? null
                  return <td key={name}>{value === null ? '—' : words(value)}</td>
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
