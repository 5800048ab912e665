import type { ReactNode } from 'react';
import type { FunnelsQuery } from '../generated/operations.ts';

type Funnel = NonNullable<FunnelsQuery['funnel']>[number];

const counts = new Intl.NumberFormat('en');
const shares = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });

/** One funnel: each step with how many came so far, and how many were lost on the way to it. */
export function FunnelBars({
  funnel: { key, steps },
  by,
}: {
  readonly funnel: Funnel;
  readonly by: string | undefined;
}): ReactNode {
  const title = by === undefined ? 'All' : `${by}: ${String(key ?? 'none')}`;
  const last = steps.at(-1);
  return (
    <section className="panel funnel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <p className="soft">
          <b className="numeric">{shares.format(last?.conversion ?? 0)}</b> go all the way
        </p>
      </header>
      <ol>
        {steps.map(({ event, subjects, conversion }, index) => {
          const before = steps[index - 1]?.subjects;
          const lost = before === undefined ? 0 : before - subjects;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is what it is by its place; a kind may come twice.
            <li key={index}>
              <span className="funnel-event">
                <span>
                  {index + 1}. {event}
                </span>
                <span className="numeric">
                  <b>{counts.format(subjects)}</b> <span className="soft">{shares.format(conversion)}</span>
                </span>
              </span>
              <span className="funnel-bar" aria-hidden="true">
                <span style={{ width: `${conversion * 100}%` }} />
              </span>
              {lost > 0 && (
                <span className="faint">
                  {counts.format(lost)} of {counts.format(before ?? 0)} stopped before
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
