import { type ReactNode, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { Icon } from '../elements/Icon.tsx';
import { readableDuration } from '../runs/run-states.ts';
import { csvOf, downloadText } from './csv.ts';
import type { SqlAnswer } from './use-sql.ts';

const pageRows = 200;
const numeric = new Set(['INT', 'BIGINT', 'DOUBLE', 'DECIMAL']);
const counts = new Intl.NumberFormat('en');

/** The rows of an answer, a page at a time, and all that came as CSV. */
export function SqlResult({
  answer: { columns, rows, truncated },
  tookMs,
}: {
  readonly answer: SqlAnswer;
  readonly tookMs: number;
}): ReactNode {
  const [shown, setShown] = useState(pageRows);
  const names = columns.map(({ name }) => name);
  return (
    <section className="panel" aria-label="Answer">
      <header className="panel-head">
        <p className="numeric" role="status">
          <b>{rows.length === 1 ? '1 row' : `${counts.format(rows.length)} rows`}</b>{' '}
          <span className="faint">in {readableDuration(tookMs)}</span>
        </p>
        <Button
          look="quiet"
          icon="download"
          disabled={rows.length === 0}
          onClick={() => downloadText(`query-${stamp()}.csv`, csvOf(names, rows), 'text/csv;charset=utf-8')}
        >
          Download as CSV
        </Button>
      </header>
      {truncated && (
        <div className="notice" data-tone="warning" role="status">
          <Icon name="alert" />
          <div>
            <p className="notice-title">There is more than this.</p>
            <p className="soft">
              An answer ends after 5,000 rows or 2 MB, and its CSV with it. “All as a file” has a job write
              every row.
            </p>
          </div>
        </div>
      )}
      {rows.length === 0 ? (
        <EmptyState icon="search" title="No rows">
          The query is right, and nothing fits it. Tables hold what happened in the time chosen above.
        </EmptyState>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        <section className="scroll-x sql-rows" tabIndex={0} aria-label="Rows">
          <table className="table">
            <thead>
              <tr>
                {columns.map(({ name, type }, at) => (
                  <th key={keyAt(at, name)} scope="col" className={numeric.has(type) ? 'end' : undefined}>
                    {name} <span className="faint">{type.toLowerCase()}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, shown).map((cells, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have no key but their place.
                <tr key={index}>
                  {columns.map(({ name, type }, at) => (
                    <td key={keyAt(at, name)} className={numeric.has(type) ? 'end numeric' : undefined}>
                      <CellText value={cells[at]} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {rows.length > shown && (
        <p className="table-note">
          <Button look="quiet" icon="down" onClick={() => setShown(shown + 5 * pageRows)}>
            Show more of the {counts.format(rows.length)} rows
          </Button>
        </p>
      )}
    </section>
  );
}

function CellText({ value }: { readonly value: unknown }): ReactNode {
  if (value === null || value === undefined) return <span className="nothing">null</span>;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <span className="sql-cell" title={text.length > 60 ? text : undefined}>
      {text}
    </span>
  );
}

/** Two columns of an answer may have one name. */
function keyAt(at: number, name: string): string {
  return `${at} ${name}`;
}

function stamp(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(/\D/g, '');
}
