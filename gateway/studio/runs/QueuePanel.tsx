import type { ReactNode } from 'react';
import { useMutation, useQuery } from 'urql';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import {
  drainQueueMutation,
  pauseQueueMutation,
  queuesQuery,
  resumeQueueMutation,
} from '../generated/operations.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { runStates } from './run-states.ts';

const titles = { RUNNING: 'running', PAUSED: 'paused', DRAINING: 'draining' } as const;

/** The queues with what waits in them; admins hold, drain and resume them. */
export function QueuePanel(): ReactNode {
  const { role } = useViewer();
  const [{ data, error }, again] = useQuery({ query: queuesQuery, requestPolicy: 'cache-and-network' });
  const [pausing, pause] = useMutation(pauseQueueMutation);
  const [resuming, resume] = useMutation(resumeQueueMutation);
  const [draining, drain] = useMutation(drainQueueMutation);
  const reload = (): void => again({ requestPolicy: 'network-only' });
  const fault = error ?? pausing.error ?? resuming.error ?? draining.error;
  const queues = data?.queues ?? [];
  if (fault !== undefined) return <FailureNotice error={fault} onRetry={reload} />;
  if (queues.length === 0) return null;
  return (
    <ul className="queues">
      {queues.map(({ name, state, depth }) => (
        <li key={name} className="panel">
          <span>
            <b>{name}</b> <Badge tone={state === 'RUNNING' ? 'good' : 'warning'}>{titles[state]}</Badge>
          </span>
          <span className="faint numeric">
            {depth.length === 0
              ? 'empty'
              : depth.map((each) => `${each.runs} ${runStates[each.state].title}`).join(', ')}
          </span>
          {mayUse(role, 'pauseQueue') && (
            <span>
              {state === 'RUNNING' ? (
                <>
                  <Button look="quiet" icon="pause" onClick={() => void pause({ name }).then(reload)}>
                    Pause<span className="only-heard"> {name}</span>
                  </Button>
                  <Button look="quiet" onClick={() => void drain({ name }).then(reload)}>
                    Drain<span className="only-heard"> {name}</span>
                  </Button>
                </>
              ) : (
                <Button look="quiet" icon="play" onClick={() => void resume({ name }).then(reload)}>
                  Resume<span className="only-heard"> {name}</span>
                </Button>
              )}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
