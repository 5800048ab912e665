import { memo, type ReactNode, useLayoutEffect, useRef } from 'react';
import { Button } from '../elements/Button.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { type LogLine, whichLines } from './log-lines.ts';
import type { RunDetails } from './RunPage.tsx';
import { finished } from './run-states.ts';
import { useRunLog } from './use-run-log.ts';

/** Nearer to the end than this, one reads along. */
const nearEndPx = 40;

/** What a run says, its end first, as it says it. Whoever reads further up is not moved; at the end one reads along. */
export function RunLog({
  run,
  reload,
}: {
  readonly run: RunDetails;
  readonly reload: () => void;
}): ReactNode {
  const { lines, error, fetching, hasEarlier, readEarlier } = useRunLog(run, reload);
  const list = useRef<HTMLOListElement>(null);
  const reads = useRef(true);
  const drawn = useRef({ firstSeq: 1, height: 0 });
  const firstSeq = lines[0]?.seq ?? 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what one reads along with.
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const { scrollHeight, clientHeight } = element;
    if (reads.current) element.scrollTop = scrollHeight;
    else if (firstSeq < drawn.current.firstSeq)
      // Earlier lines came above: where they meet those that were there is the middle of what is seen.
      element.scrollTop = scrollHeight - drawn.current.height - clientHeight / 2;
    drawn.current = { firstSeq, height: scrollHeight };
  }, [lines]);
  return (
    <section className="panel" aria-label="Log">
      <header className="panel-head">
        <h2>Log</h2>
        <span className="run-log-ways">
          {hasEarlier && (
            <Button
              look="quiet"
              busy={fetching}
              onClick={() => {
                reads.current = false;
                void readEarlier();
              }}
            >
              Earlier lines
            </Button>
          )}
          <span className="faint numeric">{whichLines(lines)}</span>
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
        aria-live="polite"
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          reads.current = scrollHeight - scrollTop - clientHeight < nearEndPx;
        }}
      >
        {lines.map((line) => (
          <Line key={line.seq} line={line} />
        ))}
      </ol>
    </section>
  );
}

/** Drawn once: a log has up to 10,000 lines, and more come while one reads. */
const Line = memo(function Line({ line }: { readonly line: LogLine }): ReactNode {
  const { at, level, message, fields } = line;
  return (
    <li data-level={level}>
      <Moment at={at} show="clock" />
      <span className="run-log-level">{level.toLowerCase()}</span>
      <span>
        {message} <span className="faint">{fieldsText(fields)}</span>
      </span>
    </li>
  );
});

function fieldsText(fields: unknown): string {
  if (typeof fields !== 'object' || fields === null) return '';
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
