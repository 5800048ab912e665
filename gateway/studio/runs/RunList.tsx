import { type ReactNode, useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Moment } from '../elements/Moment.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useListParams, usePages } from '../elements/use-pages.ts';
import { jobsQuery, type RunState, runsQuery } from '../generated/operations.ts';
import { equal, given } from '../graph/given.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { HeldQueues } from './HeldQueues.tsx';
import { NewRun } from './NewRun.tsx';
import { RunProgress } from './RunProgress.tsx';
import { RunTabs } from './RunTabs.tsx';
import { readableDuration, runStates } from './run-states.ts';
import { type ListedRun, useLiveRuns } from './use-live-runs.ts';

const none: readonly ListedRun[] = [];

/** Runs, the latest first, moving as they move. */
export function RunList(): ReactNode {
  const { role } = useViewer();
  const [params, setParams] = useListParams();
  const state = params.get('state') as RunState | null;
  const job = params.get('job');
  const origin = params.get('origin');
  const pages = usePages();
  const [{ data, error }, reload] = useReloadable({
    query: runsQuery,
    variables: {
      where: given({ state: equal(state), job: equal(job), origin: equal(origin) }),
      after: pages.after ?? null,
    },
    requestPolicy: 'cache-and-network',
  });
  const [{ data: known }] = useQuery({ query: jobsQuery, requestPolicy: 'cache-and-network' });
  const wanted = params.get('start');
  const [starting, setStarting] = useState(wanted !== null);
  const runs = useLiveRuns(data?.runs.nodes ?? none, () => pages.number === 1 && reload());
  const jobs = known?.jobs ?? [];
  const set = (name: string, value: string): void =>
    setParams((present) => {
      if (value === '') present.delete(name);
      else present.set(name, value);
      return present;
    });
  return (
    <>
      <PageHead title="Runs" lead="What the jobs of this workspace do, did, and are about to do.">
        {mayUse(role, 'enqueueJob') && jobs.length > 0 && (
          <Button look="primary" icon="play" onClick={() => setStarting(true)}>
            Start a job
          </Button>
        )}
      </PageHead>
      <RunTabs />
      <HeldQueues />
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <Field label="State">
          {(parts) => (
            <select
              {...parts}
              className="select"
              value={state ?? ''}
              onChange={(event) => set('state', event.target.value)}
            >
              <option value="">Any</option>
              {Object.entries(runStates).map(([value, { title }]) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Job">
          {(parts) => (
            <select
              {...parts}
              className="select"
              value={job ?? ''}
              onChange={(event) => set('job', event.target.value)}
            >
              <option value="">Any</option>
              {jobs.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
        {origin !== null && (
          <Button icon="close" onClick={() => set('origin', '')}>
            {originName(origin)}
          </Button>
        )}
      </form>
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton label="Loading the runs" />}
      {data !== undefined && (
        <div className="panel">
          {runs.length === 0 ? (
            <EmptyState icon="play" title="No runs">
              A run appears when somebody starts a job, a schedule ticks, or an event triggers one.
            </EmptyState>
          ) : (
            <div className="scroll-x">
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Job</th>
                    <th scope="col">State</th>
                    <th scope="col">Progress</th>
                    <th scope="col">Enqueued</th>
                    <th scope="col" className="end">
                      Took
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {runs.map((run) => (
                    <RunRow key={run.id} run={run} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <PageTurner pages={pages} pageInfo={data.runs.pageInfo}>
            {runs.length} on this page
          </PageTurner>
        </div>
      )}
      {starting && jobs.length > 0 && (
        <NewRun
          jobs={jobs}
          start={wanted === null ? undefined : { job: wanted, input: params.get('input') }}
          onClose={() => {
            setStarting(false);
            set('start', '');
            set('input', '');
          }}
        />
      )}
    </>
  );
}

function RunRow({ run }: { readonly run: ListedRun }): ReactNode {
  const { id, jobName, queue, state, attempt, maxAttempts, cancelRequested, error, progress } = run;
  const { title, tone } = runStates[state];
  return (
    <tr>
      <td>
        <span className="two-lines">
          <Link href={`/runs/${id}`}>{jobName}</Link>
          <span className="faint">
            {queue} · <code>…{id.slice(-8)}</code>
          </span>
        </span>
      </td>
      <td>
        <Badge tone={tone}>{cancelRequested && state === 'RUNNING' ? 'is being cancelled' : title}</Badge>{' '}
        {attempt > 1 && (
          <span className="faint">
            {attempt} of {maxAttempts}
          </span>
        )}
        {state === 'FAILED' && error !== null && <p className="run-fault">{error.message}</p>}
      </td>
      <td>
        <RunProgress progress={progress} state={state} label={jobName} />
      </td>
      <td className="soft">
        <Moment at={run.createdAt} show="ago" />
      </td>
      <td className="end numeric soft">{tookOf(run)}</td>
    </tr>
  );
}

/** What is filtered by, as it is said. */
function originName(origin: string): string {
  const [kind = origin] = origin.split(':');
  return kind === origin ? `Only from: ${origin}` : `Only of one ${kind}`;
}

function tookOf({ startedAt, finishedAt }: ListedRun): string {
  if (startedAt === null || finishedAt === null) return '';
  return readableDuration(Date.parse(finishedAt) - Date.parse(startedAt));
}
