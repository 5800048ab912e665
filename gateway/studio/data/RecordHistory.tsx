import { type ReactNode, useEffect } from 'react';
import { Link } from 'wouter';
import { ofAudit, toneOf } from '../activity/happening.ts';
import { Badge } from '../elements/Badge.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { auditLogQuery } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';

const shownEntries = 8;
/** The audit log follows the event log: it has a change a moment after the change. */
const followMs = 900;

/** Who changed an item and which fields, latest first, from the audit log. */
export function RecordHistory({
  subject,
  version,
}: {
  readonly subject: string;
  readonly version: number;
}): ReactNode {
  const [{ data, error }, reload] = useReloadable({
    query: auditLogQuery,
    variables: { where: { subject }, first: shownEntries },
    requestPolicy: 'cache-and-network',
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is a new entry to fetch.
  useEffect(() => {
    const timer = setTimeout(reload, followMs);
    return () => clearTimeout(timer);
  }, [version, reload]);
  const entries = data?.auditLog.nodes.map(ofAudit) ?? [];
  return (
    <section className="panel" aria-label="History">
      <header className="panel-head">
        <h2>History</h2>
        <Link href={`/audit?subject=${encodeURIComponent(subject)}`}>In the audit log</Link>
      </header>
      {error !== undefined && <FailureNotice error={error} />}
      {data === undefined && error === undefined && <Skeleton rows={3} />}
      {data !== undefined && entries.length === 0 && (
        <p className="panel-note faint">Nothing since the audit log began to keep it.</p>
      )}
      <ol className="history">
        {entries.map(({ id, time, type, actor, details }) => (
          <li key={id}>
            <Badge tone={toneOf(type)}>{type.slice(type.lastIndexOf('.') + 1)}</Badge>
            <span>
              {actor} <span className="soft">{changedText(details)}</span>
            </span>
            <span className="faint">
              <Moment at={time} show="ago" />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function changedText(details: unknown): string {
  const changed = (details as { readonly changed?: unknown } | null)?.changed;
  return Array.isArray(changed) ? changed.join(', ') : '';
}
