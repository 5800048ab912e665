import { type ReactNode, useMemo, useState } from 'react';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { Described } from '../elements/Described.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import type { MetricsQuery, MetricWindow } from '../generated/operations.ts';
import { LineChart } from './LineChart.tsx';
import { LineTable } from './LineTable.tsx';
import { linesOf } from './metric-series.ts';
import { useLiveMetric } from './use-live-metric.ts';
import { isOfDays } from './window-days.ts';

type Metric = NonNullable<MetricsQuery['metrics']>[number];

/** One metric: what is measured, in which windows, split by what; as a chart or as the numbers it draws. */
export function MetricCard({ metric }: { readonly metric: Metric }): ReactNode {
  const { name, description, over, measures, windows, groupings } = metric;
  const [measure, setMeasure] = useState(measures[0]?.name ?? '');
  const [span, setSpan] = useState<MetricWindow>(windows[0]?.name ?? 'HOUR');
  const [grouping, setGrouping] = useState(0);
  const [asTable, setAsTable] = useState(false);
  const dimensions = groupings[grouping] ?? [];
  const { state, freshness, error, updates } = useLiveMetric({ name, window: span, dimensions });
  const lines = useMemo(() => (state === undefined ? [] : linesOf(state, measure)), [state, measure]);
  const slideSeconds = windows.find((each) => each.name === span)?.slideSeconds ?? undefined;
  const stepMs = slideSeconds === undefined ? undefined : slideSeconds * 1_000;
  const hasData = lines.some(({ values }) => values.size > 0);
  return (
    <section className="panel metric-card" aria-label={name} data-updates={updates}>
      <header>
        <div>
          <h2>
            {name} <Badge>{over}</Badge>
          </h2>
          {description !== null && (
            <p className="soft">
              <Described text={description} />
            </p>
          )}
        </div>
        <Button look="quiet" icon={asTable ? 'chart' : 'table'} onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Chart' : 'Numbers'}
        </Button>
      </header>
      <div className="metric-choices">
        <Choice
          label="Measure"
          value={measure}
          choices={measures.map((each) => each.name)}
          onChange={setMeasure}
        />
        <Choice
          label="Window"
          value={span}
          choices={windows.map((each) => each.name)}
          nameOf={(each) => each.toLowerCase().replaceAll('_', ' ')}
          onChange={(next) => setSpan(next as MetricWindow)}
        />
        <Choice
          label="Split"
          value={String(grouping)}
          choices={groupings.map((_, index) => String(index))}
          nameOf={(index) => groupings[Number(index)]?.join(' × ') || 'in all'}
          onChange={(next) => setGrouping(Number(next))}
        />
      </div>
      {error !== undefined && <FailureNotice error={error} />}
      {state === undefined && error === undefined && <Skeleton rows={5} label={`Loading ${name}`} />}
      {state !== undefined && !hasData && <p className="metric-none faint">No window has data yet.</p>}
      {hasData &&
        (asTable ? (
          <LineTable lines={lines} stepMs={stepMs} measure={measure} />
        ) : (
          <LineChart lines={lines} stepMs={stepMs} title={`${name}, ${measure}`} />
        ))}
      {freshness !== undefined && (
        <p className="metric-fresh faint">
          {freshness.latest === null ? (
            'No events yet'
          ) : (
            <>
              Events up to <Moment at={freshness.latest} />
            </>
          )}
          {freshness.lagMs > 1_000 && ` · ${Math.round(freshness.lagMs / 1_000)} s behind`}
          {freshness.late > 0 && ` · ${freshness.late} came too late`}
          {freshness.overflow > 0 &&
            dimensions.length > 0 &&
            ` · ${freshness.overflow} of more groups than are kept, in no line here`}
          {isOfDays(stepMs) && ' · Days are those of UTC'}
        </p>
      )}
    </section>
  );
}

function Choice({
  label,
  value,
  choices,
  nameOf = (choice) => choice,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly string[];
  readonly nameOf?: (choice: string) => string;
  readonly onChange: (choice: string) => void;
}): ReactNode {
  if (choices.length < 2) return null;
  return (
    <label>
      <span className="faint">{label}</span>
      <select className="select" value={value} onChange={(event) => onChange(event.target.value)}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {nameOf(choice)}
          </option>
        ))}
      </select>
    </label>
  );
}
