import type { ReactNode } from 'react';
import { Moment } from '../elements/Moment.tsx';
import type { Line } from './metric-series.ts';
import { isOfDays, utcDay } from './window-days.ts';

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** The numbers a chart draws, latest first. */
export function LineTable({
  lines,
  stepMs,
  measure,
}: {
  readonly lines: readonly Line[];
  /** From one window to the next; undefined where none is due. */
  readonly stepMs: number | undefined;
  readonly measure: string;
}): ReactNode {
  const starts = [...new Set(lines.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => b - a);
  const areDays = isOfDays(stepMs);
  return (
    <div className="scroll-x line-table">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{areDays ? 'Window (UTC)' : 'Window'}</th>
            {lines.map(({ name }) => (
              <th key={name} scope="col" className="end">
                {lines.length === 1 ? measure : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {starts.map((start) => (
            <tr key={start}>
              <td>
                {areDays ? (
                  <time dateTime={new Date(start).toISOString()} className="numeric moment">
                    {utcDay(start)}
                  </time>
                ) : (
                  <Moment at={new Date(start).toISOString()} />
                )}
              </td>
              {lines.map(({ name, values }) => {
                const value = values.get(start);
                return (
                  <td key={name} className="end numeric">
                    {value === undefined || value === null ? (
                      <span className="nothing">–</span>
                    ) : (
                      numbers.format(value)
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
