import type { ReactNode } from 'react';
import { Moment } from '../elements/Moment.tsx';
import type { RankingQuery } from '../generated/operations.ts';
import { useDimensionNames } from './use-dimension-names.ts';
import { daysOf } from './window-days.ts';

type Rank = NonNullable<RankingQuery['topK']>[number];

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** The ranked values, the first first, with a bar as long as their measure. */
export function RankBars({
  ranks,
  over,
  dimension,
  measure,
}: {
  readonly ranks: readonly Rank[];
  readonly over: string;
  readonly dimension: string;
  readonly measure: string;
}): ReactNode {
  const nameOf = useDimensionNames(
    { over, name: dimension },
    ranks.map(({ key }) => key),
  );
  const most = Math.max(...ranks.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  const window = ranks[0]?.point;
  return (
    <section className="panel" aria-label={`${dimension} by ${measure}`}>
      <div className="scroll-x">
        <table className="table rank-bars">
          <thead>
            <tr>
              <th scope="col">{dimension}</th>
              <th scope="col">
                <span className="only-heard">Bar</span>
              </th>
              <th scope="col" className="end">
                {measure}
              </th>
              <th scope="col" className="end">
                rows
              </th>
            </tr>
          </thead>
          <tbody>
            {ranks.map(({ key, value, point }) => (
              <tr key={JSON.stringify(key)}>
                <th scope="row">{nameOf(key)}</th>
                <td aria-hidden="true" className="rank-bar">
                  <span
                    style={{ width: `${(Math.abs(value) / most) * 100}%` }}
                    data-below={value < 0 || undefined}
                  />
                </td>
                <td className="end numeric">{numbers.format(value)}</td>
                <td className="end numeric soft">{numbers.format(point.rows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {window !== undefined && (
        <p className="table-note faint">
          {daysOf(Date.parse(window.start), Date.parse(window.end)) ?? (
            <>
              <Moment at={window.start} /> to <Moment at={window.end} />
            </>
          )}
        </p>
      )}
    </section>
  );
}
