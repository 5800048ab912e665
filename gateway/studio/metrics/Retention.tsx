import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { RangeChoice } from '../elements/RangeChoice.tsx';
import { SelectField } from '../elements/SelectField.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { momentsOf, type TimeRange } from '../elements/time-range.ts';
import { type CohortsQueryVariables, cohortsQuery, type RetentionPeriod } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { CohortTable } from './CohortTable.tsx';
import { MetricTabs } from './MetricTabs.tsx';
import { NoEventKinds } from './NoEventKinds.tsx';
import { useEventKinds } from './use-event-kinds.ts';

const periods: readonly RetentionPeriod[] = ['DAY', 'WEEK', 'MONTH'];
const lengths = ['4', '8', '12', '16', '24', '31'] as const;

/** Of those who began in a period, how many came back in the periods after. */
export function Retention(): ReactNode {
  const { kinds, error } = useEventKinds();
  return (
    <>
      <PageHead
        title="Retention"
        lead="Of those who began in a period, how many came back in it and in those after."
      />
      <MetricTabs />
      {error !== undefined && <FailureNotice error={error} />}
      {kinds === undefined && error === undefined && <Skeleton label="Loading the kinds of events" />}
      {kinds !== undefined &&
        (kinds.length === 0 ? <NoEventKinds /> : <Question events={kinds.map(({ name }) => name)} />)}
    </>
  );
}

function Question({ events }: { readonly events: readonly string[] }): ReactNode {
  const usual = events.find((name) => name.endsWith('viewed')) ?? events[0] ?? '';
  const [cohort, setCohort] = useState(usual);
  const [activity, setActivity] = useState(usual);
  const [period, setPeriod] = useState<RetentionPeriod>('DAY');
  const [length, setLength] = useState<(typeof lengths)[number]>('8');
  const [range, setRange] = useState<TimeRange>({ days: 30 });
  const [asked, setAsked] = useState<CohortsQueryVariables>();
  const moments = momentsOf(range, Date.now());
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (moments !== undefined) setAsked({ cohort, activity, period, ...moments, periods: Number(length) });
  };
  return (
    <>
      <form className="panel question" onSubmit={submit}>
        <div className="question-parts">
          <SelectField label="Began with" value={cohort} choices={events} onChange={setCohort} />
          <SelectField label="Came back with" value={activity} choices={events} onChange={setActivity} />
          <SelectField
            label="By"
            value={period}
            choices={periods}
            nameOf={(each) => each.toLowerCase()}
            onChange={setPeriod}
          />
          <SelectField label="Periods" value={length} choices={lengths} onChange={setLength} />
          <RangeChoice range={range} onChange={setRange} />
          <Button look="primary" type="submit" disabled={moments === undefined}>
            Count
          </Button>
        </div>
      </form>
      {asked !== undefined && <Counted asked={asked} />}
    </>
  );
}

function Counted({ asked }: { readonly asked: CohortsQueryVariables }): ReactNode {
  const [{ data, error, fetching }, reload] = useReloadable({
    query: cohortsQuery,
    variables: asked,
    requestPolicy: 'network-only',
  });
  const cohorts = data?.retention ?? [];
  if (error !== undefined) return <FailureNotice error={error} onRetry={reload} />;
  if (data === undefined || fetching) return <Skeleton rows={6} label="Counting" />;
  if (cohorts.every(({ subjects }) => subjects === 0))
    return (
      <div className="panel">
        <EmptyState icon="people" title="Nobody began in this time">
          There is no event of the first kind. Take more time, or another kind.
        </EmptyState>
      </div>
    );
  return <CohortTable cohorts={cohorts} period={asked.period} />;
}
