import { type ReactNode, useEffect, useState } from 'react';
import { useMutation } from 'urql';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { usePages } from '../elements/use-pages.ts';
import {
  drainQueueMutation,
  pauseQueueMutation,
  type QueuesQuery,
  queuesQuery,
  resumeQueueMutation,
} from '../generated/operations.ts';
import { useNewestRows } from '../graph/use-newest-rows.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { QueueLimits } from './QueueLimits.tsx';
import { RunTabs } from './RunTabs.tsx';
import { readableDuration, runStates } from './run-states.ts';

export type Queue = QueuesQuery['queues']['nodes'][number];
/** What the answer to a change says. */
export type Changed = Pick<Queue, 'name' | 'version' | 'state'>;

const keyOf = ({ name }: Queue): string => name;

const states = {
  RUNNING: { title: 'running', tone: 'good' },
  PAUSED: { title: 'paused', tone: 'warning' },
  DRAINING: { title: 'draining', tone: 'warning' },
} as const;
/** Queues change with every run; a figure a few seconds old is as good as any. */
const refreshMs = 3_000;

/** The queues: what waits in each, whether it runs, and how much at a time. */
export function Queues(): ReactNode {
  const { role } = useViewer();
  const pages = usePages();
  const [{ data, error }, reload] = useReloadable({
    query: queuesQuery,
    variables: { after: pages.after ?? null },
    requestPolicy: 'cache-and-network',
  });
  const [pausing, pause] = useMutation(pauseQueueMutation);
  const [resuming, resume] = useMutation(resumeQueueMutation);
  const [draining, drain] = useMutation(drainQueueMutation);
  const [limiting, setLimiting] = useState<Queue | 'new'>();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, refreshMs);
    return () => clearInterval(timer);
  }, [reload]);
  const fault = pausing.error ?? resuming.error ?? draining.error ?? error;
  const [queues, renew] = useNewestRows(data?.queues.nodes, keyOf);
  const changed = (answer: Changed | undefined): void => {
    if (answer !== undefined) renew(answer.name, answer);
    reload();
  };
  const mayChange = mayUse(role, 'pauseQueue');
  return (
    <>
      <PageHead title="Queues" lead="What waits, and how much of it is worked on at a time.">
        {mayChange && (
          <Button icon="plus" onClick={() => setLimiting('new')}>
            Set limits for a queue
          </Button>
        )}
      </PageHead>
      <RunTabs />
      {fault !== undefined && <FailureNotice error={fault} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton label="Loading the queues" />}
      {data !== undefined && queues.length === 0 && (
        <div className="panel">
          <EmptyState icon="list" title="No queues yet">
            A queue is there as soon as a run is in it, or when it is given limits.
          </EmptyState>
        </div>
      )}
      <ul className="queues">
        {queues.map((queue) => (
          <li key={queue.name} className="panel">
            <header>
              <h2>{queue.name}</h2>
              <Badge tone={states[queue.state].tone}>{states[queue.state].title}</Badge>
            </header>
            <Depth queue={queue} />
            <p className="soft">{limitsText(queue)}</p>
            {mayChange && (
              <div className="queue-actions">
                {queue.state === 'RUNNING' ? (
                  <>
                    <Button
                      icon="pause"
                      onClick={() => pause(asShown(queue)).then((answer) => changed(answer.data?.pauseQueue))}
                    >
                      Pause<span className="only-heard"> {queue.name}</span>
                    </Button>
                    <Button
                      onClick={() => drain(asShown(queue)).then((answer) => changed(answer.data?.drainQueue))}
                      title="Takes nothing new, and works off what is there"
                    >
                      Drain<span className="only-heard"> {queue.name}</span>
                    </Button>
                  </>
                ) : (
                  <Button
                    look="primary"
                    icon="play"
                    onClick={() => resume(asShown(queue)).then((answer) => changed(answer.data?.resumeQueue))}
                  >
                    Resume<span className="only-heard"> {queue.name}</span>
                  </Button>
                )}
                <Button look="quiet" icon="pencil" onClick={() => setLimiting(queue)}>
                  Limits<span className="only-heard"> of {queue.name}</span>
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {(pages.number > 1 || data?.queues.pageInfo.hasNextPage === true) && (
        <PageTurner pages={pages} pageInfo={data?.queues.pageInfo}>
          {queues.length} on this page
        </PageTurner>
      )}
      {limiting !== undefined && (
        <QueueLimits
          queue={limiting === 'new' ? undefined : limiting}
          onDone={changed}
          onClose={() => setLimiting(undefined)}
        />
      )}
    </>
  );
}

/** Over what one sees; somebody else may have stopped or limited it since. */
function asShown({ name, version }: Queue) {
  return { name, expectedVersion: version };
}

function Depth({ queue: { depth } }: { readonly queue: Queue }): ReactNode {
  if (depth.length === 0) return <p className="faint">Nothing waits, nothing runs.</p>;
  return (
    <p className="badges">
      {depth.map(({ state, runs }) => (
        <Badge key={state} tone={runStates[state].tone}>
          <span className="numeric">{runs.toLocaleString('en')}</span> {runStates[state].title}
        </Badge>
      ))}
    </p>
  );
}

function limitsText({ concurrency, keyConcurrency, rateLimit, keyRateLimit, ratePeriodMs }: Queue): string {
  const period = `in ${readableDuration(ratePeriodMs)}`;
  const parts = [
    concurrency !== null && `${concurrency} at a time`,
    keyConcurrency !== null && `${keyConcurrency} at a time for each key`,
    rateLimit !== null && `${rateLimit} starts ${period}`,
    keyRateLimit !== null && `${keyRateLimit} starts ${period} for each key`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'No limits.' : `At most ${parts.join(', ')}.`;
}
