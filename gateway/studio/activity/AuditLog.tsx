import { type ReactNode, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useListParams, usePages } from '../elements/use-pages.ts';
import { auditLogQuery, topics } from '../generated/operations.ts';
import { given } from '../graph/given.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { AuditChain } from './AuditChain.tsx';
import './activity.css';
import { HappeningTable } from './HappeningTable.tsx';
import { ofAudit } from './happening.ts';

const pageSize = 50;
const auditedTypes = Object.values(topics).flatMap(({ audited, types }) => (audited ? types : []));

export function AuditLog(): ReactNode {
  const { role } = useViewer();
  const [params, setParams] = useListParams();
  const where = given({
    action: params.get('action'),
    subject: params.get('subject'),
    from: momentOf(params.get('from')),
    to: momentOf(params.get('to')),
  });
  const pages = usePages();
  const [{ data, error, fetching }, reload] = useReloadable({
    query: auditLogQuery,
    variables: { where, first: pageSize, after: pages.after ?? null },
    requestPolicy: 'cache-and-network',
  });
  const set = (name: string, value: string): void =>
    setParams((present) => {
      if (value === '') present.delete(name);
      else present.set(name, value);
      return present;
    });
  const entries = data?.auditLog.nodes;
  return (
    <>
      <PageHead
        title="Audit log"
        lead="Every change of data and of rights, every sign-in and every refusal, latest first. Entries are chained: none can be changed unseen."
      >
        <Button icon="refresh" busy={fetching} onClick={reload}>
          Reload
        </Button>
        {mayUse(role, 'auditChainIntact') && <AuditChain />}
      </PageHead>
      <Filters params={params} onChange={set} />
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {entries === undefined && error === undefined && <Skeleton label="Loading the audit log" />}
      {entries !== undefined && (
        <div className="panel">
          {entries.length === 0 ? (
            <EmptyState icon="list" title="No entries match">
              Loosen the filters: what happened moments ago may also take a second to arrive here.
            </EmptyState>
          ) : (
            <HappeningTable happenings={entries.map(ofAudit)} />
          )}
          <PageTurner pages={pages} pageInfo={data?.auditLog.pageInfo}>
            {entries.length} entries
          </PageTurner>
        </div>
      )}
    </>
  );
}

function Filters({
  params,
  onChange,
}: {
  readonly params: URLSearchParams;
  readonly onChange: (name: string, value: string) => void;
}): ReactNode {
  const [subject, setSubject] = useState(params.get('subject') ?? '');
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        onChange('subject', subject);
      }}
    >
      <Field label="What happened">
        {(parts) => (
          <select
            {...parts}
            className="select"
            value={params.get('action') ?? ''}
            onChange={(event) => onChange('action', event.target.value)}
          >
            <option value="">Anything</option>
            {auditedTypes.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label="Subject">
        {(parts) => (
          <input
            {...parts}
            className="input code"
            placeholder="Airport/0192…"
            value={subject}
            onChange={(event) => setSubject(event.target.value)}
            onBlur={() => onChange('subject', subject)}
          />
        )}
      </Field>
      {(['from', 'to'] as const).map((end) => (
        <Field key={end} label={end === 'from' ? 'From' : 'Until'}>
          {(parts) => (
            <input
              {...parts}
              className="input"
              type="datetime-local"
              value={params.get(end) ?? ''}
              onChange={(event) => onChange(end, event.target.value)}
            />
          )}
        </Field>
      ))}
    </form>
  );
}

/** Of a `datetime-local` control, which speaks in the reader's time zone. */
function momentOf(text: string | null): string | null {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
