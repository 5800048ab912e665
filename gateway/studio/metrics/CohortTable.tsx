import type { CSSProperties, ReactNode } from 'react';
import type { CohortsQuery, RetentionPeriod } from '../generated/operations.ts';

type Cohort = NonNullable<CohortsQuery['retention']>[number];

const counts = new Intl.NumberFormat('en');
const shares = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });
const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const months = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** A row for each cohort, a column for each period after its beginning; the more came back, the deeper the colour. */
export function CohortTable({
  cohorts,
  period,
}: {
  readonly cohorts: readonly Cohort[];
  readonly period: RetentionPeriod;
}): ReactNode {
  const columns = Math.max(...cohorts.map(({ active }) => active.length));
  const unit = period.toLowerCase();
  return (
    <div className="panel">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className="scroll-x" tabIndex={0} aria-label="Cohorts">
        <table className="table cohorts">
          <thead>
            <tr>
              <th scope="col">Began ({unit})</th>
              <th scope="col" className="end">
                Subjects
              </th>
              {Array.from({ length: columns }, (_, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a period is its number.
                <th key={index} scope="col" className="end">
                  {index === 0 ? `Same ${unit}` : `+${index}`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cohorts
              .filter(({ subjects }) => subjects > 0)
              .map(({ start, subjects, active }) => (
                <tr key={start}>
                  <th scope="row">{(period === 'MONTH' ? months : days).format(Date.parse(start))}</th>
                  <td className="end numeric">{counts.format(subjects)}</td>
                  {Array.from({ length: columns }, (_, index) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: a period is its number.
                    <CohortCell key={index} active={active[index]} subjects={subjects} />
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function CohortCell({
  active,
  subjects,
}: {
  readonly active: number | undefined;
  readonly subjects: number;
}): ReactNode {
  if (active === undefined) return <td />;
  const share = active / subjects;
  return (
    <td
      className="end numeric cohort"
      title={`${counts.format(active)} of ${counts.format(subjects)}`}
      style={{ '--share': `${Math.round(share * 40)}%` } as CSSProperties}
    >
      {shares.format(share)}
    </td>
  );
}
