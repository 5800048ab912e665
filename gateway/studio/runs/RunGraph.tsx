import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Badge } from '../elements/Badge.tsx';
import type { RunState } from '../generated/operations.ts';
import type { RunDetails } from './RunPage.tsx';
import { runStates } from './run-states.ts';

const conditions = {
  SUCCESS: 'after its success',
  FAILURE: 'if it fails',
  FINISH: 'once it is over',
} as const;

interface Neighbour {
  readonly id: string;
  readonly jobName: string;
  readonly state: RunState;
  readonly note?: string;
}

/** What a run hangs on and what hangs on it, from left to right; nothing when it stands alone. */
export function RunGraph({ run }: { readonly run: RunDetails }): ReactNode {
  const before: readonly Neighbour[] = [
    ...(run.parent === null ? [] : [{ ...run.parent, note: 'enqueued it' }]),
    ...run.dependencies.map(({ run: other, condition }) => ({ ...other, note: conditions[condition] })),
  ];
  const after: readonly Neighbour[] = run.children.nodes;
  if (before.length + after.length === 0) return null;
  return (
    <section className="panel run-graph" aria-label="Runs around it">
      <Column title="Before it" runs={before} />
      <div className="run-graph-here">
        <span className="run-graph-node" aria-current="true">
          {run.jobName} <Badge tone={runStates[run.state].tone}>{runStates[run.state].title}</Badge>
        </span>
      </div>
      <Column title="Enqueued by it" runs={after} />
    </section>
  );
}

function Column({ title, runs }: { readonly title: string; readonly runs: readonly Neighbour[] }): ReactNode {
  return (
    <div>
      <h3 className="faint">{title}</h3>
      {runs.length === 0 && <p className="faint">None.</p>}
      <ul>
        {runs.map(({ id, jobName, state, note }) => (
          <li key={id} className="run-graph-node">
            <Link href={`/runs/${id}`}>{jobName}</Link>{' '}
            <Badge tone={runStates[state].tone}>{runStates[state].title}</Badge>
            {note !== undefined && <p className="faint">{note}</p>}
          </li>
        ))}
      </ul>
    </div>
  );
}
