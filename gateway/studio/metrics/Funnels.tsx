import { type FormEvent, type ReactNode, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { RangeChoice } from '../elements/RangeChoice.tsx';
import { SelectField } from '../elements/SelectField.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { momentsOf, type TimeRange } from '../elements/time-range.ts';
import { type FunnelsQueryVariables, funnelsQuery } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { FunnelBars } from './FunnelBars.tsx';
import { type ChosenStep, FunnelSteps, whereOfStep } from './FunnelSteps.tsx';
import { MetricTabs } from './MetricTabs.tsx';
import { NoEventKinds } from './NoEventKinds.tsx';
import { type EventKind, useEventKinds } from './use-event-kinds.ts';

const spans = ['10m', '30m', '1h', '6h', '1d', '7d', '30d'] as const;
const spanNames: Readonly<Record<string, string>> = {
  '10m': '10 minutes',
  '30m': '30 minutes',
  '1h': 'an hour',
  '6h': '6 hours',
  '1d': 'a day',
  '7d': '7 days',
  '30d': '30 days',
};

/** How many subjects go all the way through a few steps, and where the others stop. */
export function Funnels(): ReactNode {
  const { kinds, error } = useEventKinds();
  return (
    <>
      <PageHead
        title="Funnels"
        lead="How many go through all steps, one after the other, and where the others stop."
      />
      <MetricTabs />
      {error !== undefined && <FailureNotice error={error} />}
      {kinds === undefined && error === undefined && <Skeleton label="Loading the kinds of events" />}
      {kinds !== undefined && (kinds.length === 0 ? <NoEventKinds /> : <Question kinds={kinds} />)}
    </>
  );
}

function Question({ kinds }: { readonly kinds: readonly EventKind[] }): ReactNode {
  const [steps, setSteps] = useState<readonly ChosenStep[]>(() => firstSteps(kinds));
  const [range, setRange] = useState<TimeRange>({ days: 7 });
  const [within, setWithin] = useState<(typeof spans)[number]>('1d');
  const [by, setBy] = useState('');
  const [asked, setAsked] = useState<FunnelsQueryVariables>();
  const properties =
    kinds.find(({ name }) => name === steps[0]?.event)?.properties.map(({ name }) => name) ?? [];
  const moments = momentsOf(range, Date.now());
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (moments === undefined) return;
    setAsked({
      ...moments,
      within,
      by: properties.includes(by) ? by : null,
      steps: steps.map((step) => ({ event: step.event, where: whereOfStep(step, kinds) })),
    });
  };
  return (
    <>
      <form className="panel question" onSubmit={submit}>
        <FunnelSteps steps={steps} kinds={kinds} onChange={setSteps} />
        <div className="question-parts">
          <RangeChoice range={range} onChange={setRange} />
          <SelectField
            label="All within"
            value={within}
            choices={spans}
            nameOf={(span) => spanNames[span] ?? span}
            onChange={setWithin}
          />
          <SelectField
            label="Split by"
            value={properties.includes(by) ? by : ''}
            choices={['', ...properties]}
            nameOf={(name) => (name === '' ? 'nothing' : name)}
            onChange={setBy}
          />
          <Button look="primary" type="submit" disabled={moments === undefined}>
            Count
          </Button>
        </div>
      </form>
      {asked !== undefined && <Counted asked={asked} />}
    </>
  );
}

function Counted({ asked }: { readonly asked: FunnelsQueryVariables }): ReactNode {
  const [{ data, error, fetching }, reload] = useReloadable({
    query: funnelsQuery,
    variables: asked,
    requestPolicy: 'network-only',
  });
  const funnels = data?.funnel ?? [];
  if (error !== undefined) return <FailureNotice error={error} onRetry={reload} />;
  if (data === undefined || fetching) return <Skeleton rows={4} label="Counting" />;
  if (funnels.every(({ steps }) => (steps[0]?.subjects ?? 0) === 0))
    return (
      <div className="panel">
        <EmptyState icon="filter" title="Nobody took the first step">
          In this time there is no event of its kind that fits. Take more time, or let go of the condition.
        </EmptyState>
      </div>
    );
  return (
    <div className="funnels">
      {funnels.map((funnel) => (
        <FunnelBars key={JSON.stringify(funnel.key)} funnel={funnel} by={asked.by ?? undefined} />
      ))}
    </div>
  );
}

/** The first kinds of events there are, as a beginning. */
function firstSteps(kinds: readonly EventKind[]): readonly ChosenStep[] {
  const names = kinds.map(({ name }) => name);
  const ordered = [...names].sort((a, b) => Number(b.endsWith('viewed')) - Number(a.endsWith('viewed')));
  return [0, 1].map((id) => ({ id, event: ordered[id] ?? ordered[0] ?? '', property: '', text: '' }));
}
