import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { auditLogQuery, topics } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import './activity.css';
import { HappeningTable } from './HappeningTable.tsx';
import { HeardEvents } from './HeardEvents.tsx';
import { type Happening, ofAudit, topicOf } from './happening.ts';
import { useEventTail } from './use-event-tail.ts';

const allTopics = Object.keys(topics);
/** What is too much to read as it comes (tracked events, lines of logs) is followed only when it is chosen. */
const usualTopics = allTopics.filter((topic) => topics[topic]?.audited === true);
/** What was there before the page was opened, so that it does not begin empty. */
const pastEvents = 25;
/** The audit log follows the event log, and has what was just before the position by then. */
const auditLateMs = 2_000;

/** The workspace's log as it is written. */
export function LiveEvents(): ReactNode {
  const [params, setParams] = useSearchParams();
  const chosen = allTopics.find((topic) => topic === params.get('topic'));
  const subject = params.get('subject') ?? '';
  const followed = chosen === undefined ? usualTopics : [chosen];
  const [held, setHeld] = useState<{ readonly events: readonly Happening[]; readonly arrived: number }>();
  const [{ data: past, fetching }, readPast] = useReloadable({
    query: auditLogQuery,
    variables: { first: pastEvents, where: subject === '' || subject.endsWith('*') ? null : { subject } },
    requestPolicy: 'network-only',
  });
  const readsLate = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(readsLate.current), []);
  const { events, arrived, error, clear } = useEventTail(
    { topics: followed, subject: subject === '' ? null : subject },
    () => {
      readPast();
      clearTimeout(readsLate.current);
      readsLate.current = setTimeout(readPast, auditLateMs);
    },
  );
  const live = held?.events ?? events;
  const known = new Set(live.map(({ id }) => id));
  const earlier = (past?.auditLog.nodes ?? [])
    .map(ofAudit)
    .filter(
      ({ id, type, subject: of }) => !known.has(id) && followed.includes(topicOf(type)) && fits(of, subject),
    );
  const shown = [...live, ...earlier];
  const set = (name: string, value: string): void =>
    setParams((present) => {
      if (value === '') present.delete(name);
      else present.set(name, value);
      return present;
    });
  const waiting = held === undefined ? 0 : arrived - held.arrived;
  return (
    <>
      <PageHead
        title="Live events"
        lead="The workspace’s log as it is written. Close the lid and come back: it goes on where it was."
      >
        <Button
          icon={held === undefined ? 'pause' : 'play'}
          onClick={() => setHeld(held === undefined ? { events, arrived } : undefined)}
        >
          {held === undefined ? 'Hold' : `Go on${waiting > 0 ? ` (${waiting} new)` : ''}`}
        </Button>
        <Button onClick={clear} disabled={events.length === 0}>
          Clear
        </Button>
      </PageHead>
      <TailFilters chosen={chosen} subject={subject} onChange={set} />
      {error !== undefined && <FailureNotice error={error} />}
      <HeardEvents events={events} arrived={arrived} isHeld={held !== undefined} />
      <div className="panel" aria-busy={fetching}>
        {shown.length === 0 ? (
          <EmptyState icon="pulse" title="Quiet so far">
            Change a record, sign in somewhere, or let a program write: it appears here the moment it is
            committed.
          </EmptyState>
        ) : (
          <HappeningTable happenings={shown} />
        )}
      </div>
    </>
  );
}

function fits(subject: string, pattern: string): boolean {
  if (pattern === '') return true;
  return pattern.endsWith('*') ? subject.startsWith(pattern.slice(0, -1)) : subject === pattern;
}

function TailFilters({
  chosen,
  subject,
  onChange,
}: {
  readonly chosen: string | undefined;
  readonly subject: string;
  readonly onChange: (name: string, value: string) => void;
}): ReactNode {
  const [typed, setTyped] = useState(subject);
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        onChange('subject', typed);
      }}
    >
      <Field label="Topic">
        {(parts) => (
          <select
            {...parts}
            className="select"
            value={chosen ?? ''}
            onChange={(event) => onChange('topic', event.target.value)}
          >
            <option value="">Changes, rights and refusals</option>
            {allTopics.map((topic) => (
              <option key={topic}>{topic}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Subject">
        {(parts) => (
          <input
            {...parts}
            className="input code"
            placeholder="Airport/*"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onBlur={() => onChange('subject', typed)}
          />
        )}
      </Field>
    </form>
  );
}
