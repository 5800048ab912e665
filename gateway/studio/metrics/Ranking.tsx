import { type ReactNode, useState } from 'react';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { SelectField } from '../elements/SelectField.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { type MetricsQuery, metricsQuery, rankingQuery } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { MetricTabs } from './MetricTabs.tsx';
import { RankBars } from './RankBars.tsx';

type Metric = NonNullable<MetricsQuery['metrics']>[number];

const lengths = ['5', '10', '25', '50', '100'] as const;

/** Which values of a dimension have the most of something, in the latest window. */
export function Ranking(): ReactNode {
  const [{ data, error }, reload] = useReloadable({ query: metricsQuery });
  const metrics = (data?.metrics ?? []).filter(({ groupings }) => rankable(groupings).length > 0);
  return (
    <>
      <PageHead
        title="Ranking"
        lead="The values of a dimension with the most of a measure, in the latest window."
      />
      <MetricTabs />
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton label="Loading the metrics" />}
      {data !== undefined && metrics.length === 0 && (
        <div className="panel">
          <EmptyState icon="chart" title="No metric can be ranked">
            Give one <code>dimensions</code> where it is declared: their values are what is ranked.
          </EmptyState>
        </div>
      )}
      {metrics.length > 0 && <Question metrics={metrics} />}
    </>
  );
}

/** Dimensions that a metric is split by alone. */
function rankable(groupings: Metric['groupings']): readonly string[] {
  return groupings.flatMap((names) => (names.length === 1 ? names : []));
}

function Question({ metrics }: { readonly metrics: readonly Metric[] }): ReactNode {
  const [name, setName] = useState(metrics[0]?.name ?? '');
  const metric = metrics.find((each) => each.name === name);
  const dimensions = rankable(metric?.groupings ?? []);
  const measures = metric?.measures.map((each) => each.name) ?? [];
  const windows = metric?.windows.map((each) => each.name) ?? [];
  const [asked, setAsked] = useState<{ dimension?: string; measure?: string; window?: string; k: string }>({
    k: '10',
  });
  const dimension = among(dimensions, asked.dimension) ?? '';
  const measure = among(measures, asked.measure) ?? '';
  const window = among(windows, asked.window) ?? 'DAY';
  const [{ data, error }, reload] = useReloadable({
    query: rankingQuery,
    variables: { metric: name, dimension, measure, window, k: Number(asked.k) },
    requestPolicy: 'cache-and-network',
  });
  const ranks = data?.topK ?? [];
  return (
    <>
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <SelectField
          label="Metric"
          value={name}
          choices={metrics.map((each) => each.name)}
          onChange={setName}
        />
        <SelectField
          label="Ranked by"
          value={measure}
          choices={measures}
          onChange={(next) => setAsked({ ...asked, measure: next })}
        />
        <SelectField
          label="Values of"
          value={dimension}
          choices={dimensions}
          onChange={(next) => setAsked({ ...asked, dimension: next })}
        />
        <SelectField
          label="Window"
          value={window}
          choices={windows}
          nameOf={(each) => each.toLowerCase().replaceAll('_', ' ')}
          onChange={(next) => setAsked({ ...asked, window: next })}
        />
        <SelectField
          label="How many"
          value={asked.k}
          choices={lengths}
          onChange={(next) => setAsked({ ...asked, k: next })}
        />
      </form>
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton label="Ranking" />}
      {data !== undefined && ranks.length === 0 && (
        <div className="panel">
          <EmptyState icon="chart" title="No window has data yet">
            It fills as soon as what is measured happens.
          </EmptyState>
        </div>
      )}
      {ranks.length > 0 && (
        <RankBars ranks={ranks} over={metric?.over ?? ''} dimension={dimension} measure={measure} />
      )}
    </>
  );
}

function among<Value extends string>(
  choices: readonly Value[],
  wanted: string | undefined,
): Value | undefined {
  return choices.find((choice) => choice === wanted) ?? choices[0];
}
