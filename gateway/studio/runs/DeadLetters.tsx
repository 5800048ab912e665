import { type ReactNode, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { Link } from 'wouter';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { SelectField } from '../elements/SelectField.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { useListParams, usePages } from '../elements/use-pages.ts';
import {
  jobsQuery,
  queuesQuery,
  type RunState,
  retryRunMutation,
  runsQuery,
} from '../generated/operations.ts';
import { equal, given } from '../graph/given.ts';
import { Refusal } from '../graph/refusal.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { RunTabs } from './RunTabs.tsx';
import type { ListedRun } from './use-live-runs.ts';

const nothing: ReadonlySet<string> = new Set();

/** Runs that failed for good, to be looked through and driven again, one or many. */
export function DeadLetters(): ReactNode {
  const client = useClient();
  const say = useToast();
  const { role } = useViewer();
  const [params, setParams] = useListParams();
  const [job, queue] = [params.get('job') ?? '', params.get('queue') ?? ''];
  const pages = usePages();
  const [{ data, error }, reload] = useReloadable({
    query: runsQuery,
    variables: {
      where: given({ state: equal<RunState>('FAILED'), job: equal(job), queue: equal(queue) }),
      after: pages.after ?? null,
    },
    requestPolicy: 'cache-and-network',
  });
  const [{ data: known }] = useQuery({ query: jobsQuery, requestPolicy: 'cache-and-network' });
  const [{ data: queued }] = useQuery({ query: queuesQuery, variables: { after: null } });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(nothing);
  const [driven, setDriven] = useState<{ readonly done: number; readonly of: number }>();
  const [refusal, setRefusal] = useState<Refusal>();
  const runs = data?.runs.nodes ?? [];
  const selected = runs.filter(({ id }) => chosen.has(id));
  const mayDrive = mayUse(role, 'retryRun');
  const set = (name: string, value: string): void =>
    setParams((present) => {
      if (value === '') present.delete(name);
      else present.set(name, value);
      return present;
    });
  const drive = async (wanted: readonly ListedRun[]): Promise<void> => {
    setRefusal(undefined);
    let failed: Refusal | undefined;
    let done = 0;
    // One after the other: each is a decision of its own, and one that is refused stops none of the others.
    for (const { id } of wanted) {
      setDriven({ done, of: wanted.length });
      const { error: fault } = await client.mutation(retryRunMutation, { id });
      if (fault === undefined) done += 1;
      else failed = Refusal.of(fault);
    }
    setDriven(undefined);
    setChosen(nothing);
    setRefusal(failed);
    if (done > 0)
      say(done === 1 ? 'It goes on from where it was.' : `${done} runs go on from where they were.`);
    pages.first();
    reload();
  };
  return (
    <>
      <PageHead
        title="Dead letters"
        lead="Runs that failed for good. They are kept for 90 days, with their input and their log."
      />
      <RunTabs />
      <form className="filters" onSubmit={(event) => event.preventDefault()}>
        <SelectField
          label="Job"
          value={job}
          choices={withChosen(
            job,
            known?.jobs.map(({ name }) => name),
          )}
          nameOf={(name) => name || 'Any'}
          onChange={(value) => set('job', value)}
        />
        <SelectField
          label="Queue"
          value={queue}
          choices={withChosen(
            queue,
            queued?.queues.nodes.map(({ name }) => name),
          )}
          nameOf={(name) => name || 'Any'}
          onChange={(value) => set('queue', value)}
        />
        {mayDrive && (
          <Button
            look="primary"
            icon="refresh"
            busy={driven !== undefined}
            disabled={selected.length === 0}
            onClick={() => drive(selected)}
          >
            {driven === undefined
              ? `Drive ${countOf(selected.length)} again`
              : `${driven.done} of ${driven.of} …`}
          </Button>
        )}
      </form>
      {(error ?? refusal) !== undefined && (
        <FailureNotice error={error ?? refusal ?? new Error()} onRetry={reload} />
      )}
      {data === undefined && error === undefined && <Skeleton label="Loading the dead letters" />}
      {data !== undefined && (
        <div className="panel">
          {runs.length === 0 ? (
            <EmptyState icon="check" title="No dead letters">
              {job === '' && queue === ''
                ? 'Everything that was started was done, or is being tried again.'
                : 'None of this job and queue.'}
            </EmptyState>
          ) : (
            <LetterTable
              runs={runs}
              mayDrive={mayDrive && driven === undefined}
              chosen={chosen}
              onChoose={setChosen}
              onDrive={(run) => drive([run])}
            />
          )}
          <PageTurner pages={pages} pageInfo={data.runs.pageInfo}>
            {runs.length} on this page
          </PageTurner>
        </div>
      )}
    </>
  );
}

function LetterTable({
  runs,
  mayDrive,
  chosen,
  onChoose,
  onDrive,
}: {
  readonly runs: readonly ListedRun[];
  readonly mayDrive: boolean;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
  readonly onDrive: (run: ListedRun) => Promise<void>;
}): ReactNode {
  const all = runs.every(({ id }) => chosen.has(id));
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <div className="scroll-x">
      <table className="table">
        <thead>
          <tr>
            {mayDrive && (
              <th scope="col" className="choose">
                <input
                  type="checkbox"
                  aria-label="Choose all on this page"
                  checked={all}
                  onChange={() => onChoose(all ? nothing : new Set(runs.map(({ id }) => id)))}
                />
              </th>
            )}
            <th scope="col">Job</th>
            <th scope="col">Why</th>
            <th scope="col">Attempts</th>
            <th scope="col">Failed</th>
            {mayDrive && (
              <th scope="col">
                <span className="only-heard">Again</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              {mayDrive && (
                <td className="choose">
                  <input
                    type="checkbox"
                    aria-label={`Choose ${run.jobName} …${run.id.slice(-8)}`}
                    checked={chosen.has(run.id)}
                    onChange={() => toggle(run.id)}
                  />
                </td>
              )}
              <td>
                <span className="two-lines">
                  <Link href={`/runs/${run.id}`}>{run.jobName}</Link>
                  <span className="faint">
                    {run.queue} · <code>…{run.id.slice(-8)}</code>
                  </span>
                </span>
              </td>
              <td className="letter-why">
                <code>{run.error?.code}</code> {run.error?.message}
              </td>
              <td className="numeric">
                {run.attempt} of {run.maxAttempts}
              </td>
              <td className="soft">{run.finishedAt !== null && <Moment at={run.finishedAt} show="ago" />}</td>
              {mayDrive && (
                <td className="end">
                  <Button look="quiet" icon="refresh" onClick={() => onDrive(run)}>
                    Again
                    <span className="only-heard">
                      : {run.jobName} …{run.id.slice(-8)}
                    </span>
                  </Button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Any, all there are, and the one in the address though it be gone. */
function withChosen(chosen: string, names: readonly string[] = []): readonly string[] {
  return [...new Set(['', ...names, chosen])];
}

function countOf(runs: number): string {
  if (runs === 0) return 'what is chosen';
  return runs === 1 ? '1 run' : `${runs} runs`;
}
