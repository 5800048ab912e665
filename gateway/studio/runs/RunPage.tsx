import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Link, useLocation } from 'wouter';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { usePaced } from '../elements/use-paced.ts';
import {
  cancelRunMutation,
  type RunDetailsQuery,
  replayRunMutation,
  retryRunMutation,
  runChangedSubscription,
  runDetailsQuery,
} from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { useFollowing } from '../graph/use-following.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { RunFacts } from './RunFacts.tsx';
import { RunGraph } from './RunGraph.tsx';
import { RunLog } from './RunLog.tsx';
import { RunProgress } from './RunProgress.tsx';
import { finished, runStates } from './run-states.ts';

export type RunDetails = NonNullable<RunDetailsQuery['run']>;

/** One run: how far it is, what it says, what it hangs on, and what can be done about it. */
export function RunPage({ id }: { readonly id: string }): ReactNode {
  const [{ data, error }, reload] = useReloadable({
    query: runDetailsQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const moved = usePaced(reload, { soonMs: 200, everyMs: 200 });
  useFollowing(runChangedSubscription, { where: { id: { eq: id } } }, { begun: reload, next: moved });
  const failure = error !== undefined && <FailureNotice error={error} onRetry={reload} />;
  if (data === undefined) {
    if (error === undefined) return <Skeleton label="Loading the run" />;
    if (Refusal.isOfAbsent(error)) return <NoSuchRun />;
    return (
      <>
        <PageHead title="Run" />
        {failure}
      </>
    );
  }
  if (data.run === null) return failure || <NoSuchRun />;
  return (
    <>
      {failure}
      <Present run={data.run} onChanged={reload} />
    </>
  );
}

function NoSuchRun(): ReactNode {
  return (
    <>
      <PageHead title="No such run" />
      <div className="panel">
        <EmptyState
          icon="search"
          title="Nothing has this id"
          action={
            <Link href="/runs" className="button">
              All runs
            </Link>
          }
        >
          Finished runs are kept for 30 days, those that failed for good for 90.
        </EmptyState>
      </div>
    </>
  );
}

function Present({
  run,
  onChanged,
}: {
  readonly run: RunDetails;
  readonly onChanged: () => void;
}): ReactNode {
  const { title, tone } = runStates[run.state];
  return (
    <>
      <p className="way-up">
        <Link href="/runs">Runs</Link>
      </p>
      <PageHead
        title={run.jobName}
        lead={
          <>
            <Badge tone={tone}>
              {run.cancelRequested && run.state === 'RUNNING' ? 'is being cancelled' : title}
            </Badge>{' '}
            <code className="faint">{run.id}</code>
          </>
        }
      >
        <RunActions run={run} onChanged={onChanged} />
      </PageHead>
      <div className="stack">
        {hasProgress(run) && <RunProgress progress={run.progress} state={run.state} label={run.jobName} />}
        {run.error !== null && run.state !== 'CANCELLED' && (
          <FailureNotice error={new Refusal(run.error.message, { code: run.error.code, advice: '' })} />
        )}
        <RunGraph id={run.id} />
        <div className="record">
          <RunFacts run={run} />
          <RunLog run={run} reload={onChanged} />
        </div>
      </div>
    </>
  );
}

function hasProgress({ progress: { done, total, message } }: RunDetails): boolean {
  return done > 0 || total !== null || message !== null;
}

function RunActions({
  run,
  onChanged,
}: {
  readonly run: RunDetails;
  readonly onChanged: () => void;
}): ReactNode {
  const { role } = useViewer();
  const say = useToast();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const [, cancel] = useMutation(cancelRunMutation);
  const [, retry] = useMutation(retryRunMutation);
  const [, replay] = useMutation(replayRunMutation);
  if (!mayUse(role, 'cancelRun')) return null;
  const after = async (
    work: Promise<{ readonly error?: Error | undefined }>,
    done: string,
  ): Promise<void> => {
    setBusy(true);
    const { error } = await work;
    setBusy(false);
    say(error === undefined ? done : Refusal.of(error).message);
    onChanged();
  };
  const again = async (): Promise<void> => {
    const { data, error } = await replay({ id: run.id });
    if (data !== undefined) go(`/runs/${data.replayRun.id}`);
    else if (error !== undefined) say(Refusal.of(error).message);
  };
  const isFinished = finished.has(run.state);
  return (
    <>
      {!isFinished && (
        <Button
          icon="close"
          busy={busy}
          disabled={run.cancelRequested}
          onClick={() => after(cancel({ id: run.id }), 'Cancelled, with all that depends on it.')}
        >
          Cancel the run
        </Button>
      )}
      {(run.state === 'FAILED' || run.state === 'CANCELLED') && (
        <Button
          look="primary"
          icon="refresh"
          busy={busy}
          onClick={() => after(retry({ id: run.id }), 'It goes on from where it was.')}
        >
          Drive it again
        </Button>
      )}
      {isFinished && (
        <Button icon="play" onClick={() => again()}>
          Run anew
        </Button>
      )}
    </>
  );
}
