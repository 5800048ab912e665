import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from 'urql';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { type RunLogSubscription, runLogSubscription } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import type { RunDetails } from './RunPage.tsx';
import { finished } from './run-states.ts';

type LogLine = NonNullable<RunLogSubscription['runLog']>['lines'][number];

/** The newest; a log may have millions. */
const keptLines = 1_000;
/** Nearer to the end than this, one reads along. */
const nearEndPx = 40;

/** What a run says, as it says it. Whoever reads further up is not moved; at the end one reads along. */
export function RunLog({ run }: { readonly run: RunDetails }): ReactNode {
  const client = useClient();
  const [live, setLive] = useState<ReadonlyMap<number, LogLine>>(new Map());
  const [error, setError] = useState<Refusal>();
  const list = useRef<HTMLOListElement>(null);
  const reads = useRef(true);
  useEffect(() => {
    const following = client.subscription(runLogSubscription, { runId: run.id }).subscribe((result) => {
      if (result.error !== undefined) setError(Refusal.of(result.error));
      const lines = result.data?.runLog?.lines ?? [];
      if (lines.length === 0) return;
      setLive(
        (present) =>
          new Map([...present, ...lines.map((line) => [line.seq, line] as const)].slice(-keptLines)),
      );
    });
    return () => following.unsubscribe();
  }, [client, run.id]);
  const lines = useMemo(() => {
    const all = new Map([...run.logs.nodes.map((line) => [line.seq, line] as const), ...live]);
    return [...all.values()].sort((a, b) => a.seq - b.seq);
  }, [run.logs.nodes, live]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what one reads along with.
  useEffect(() => {
    const element = list.current;
    if (element !== null && reads.current) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <section className="panel" aria-label="Log">
      <header className="panel-head">
        <h2>Log</h2>
        <span className="faint numeric">
          {lines.length} {lines.length === 1 ? 'line' : 'lines'}
        </span>
      </header>
      {error !== undefined && <FailureNotice error={error} />}
      {lines.length === 0 && (
        <p className="panel-note faint">
          {finished.has(run.state) ? 'It said nothing.' : 'It has not said anything yet.'}
        </p>
      )}
      <ol
        ref={list}
        className="run-log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        aria-label="Lines of the log"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          reads.current = scrollHeight - scrollTop - clientHeight < nearEndPx;
        }}
      >
        {lines.map(({ seq, at, level, message, fields }) => (
          <li key={seq} data-level={level}>
            <Moment at={at} show="clock" />
            <span className="run-log-level">{level.toLowerCase()}</span>
            <span>
              {message} <span className="faint">{fieldsText(fields)}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function fieldsText(fields: unknown): string {
  if (typeof fields !== 'object' || fields === null) return '';
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
