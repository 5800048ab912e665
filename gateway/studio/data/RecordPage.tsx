import { type ReactNode, useMemo, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { Link, useLocation } from 'wouter';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { Refusal } from '../graph/refusal.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { ConflictDialog } from './ConflictDialog.tsx';
import { labelOf, pluralTitle, spelled } from './model-labels.ts';
import { RecordFields } from './RecordFields.tsx';
import { RecordForm } from './RecordForm.tsx';
import { RecordHistory } from './RecordHistory.tsx';
import { RelatedItems } from './RelatedItems.tsx';
import { deletionOf, itemOf } from './record-operations.ts';
import { useLiveRows } from './use-live-rows.ts';
import type { Model } from './use-models.ts';
import { useRecordWrites } from './use-record-writes.ts';
import type { Row } from './values.ts';

interface PageOfModel {
  readonly model: Model;
  readonly models: readonly Model[];
}

/** One item: what it holds, what refers to it, and who changed it. */
export function RecordPage({ model, models, id }: PageOfModel & { readonly id: string }): ReactNode {
  const [{ data, error }, again] = useQuery({
    query: itemOf(model, models),
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  if (error !== undefined)
    return <FailureNotice error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />;
  if (data === undefined) return <Skeleton label="Loading" />;
  if (data.item === null) return <Absent model={model} />;
  return <Present model={model} models={models} item={data.item} />;
}

function Present({ model, models, item }: PageOfModel & { readonly item: Row }): ReactNode {
  const page = useMemo(() => [item], [item]);
  const live = useLiveRows({ model, models }, page);
  const { write, conflict, dismiss } = useRecordWrites({ model, models }, live.take);
  const [mode, setMode] = useState<'read' | 'edit' | 'delete'>('read');
  const { user, role } = useViewer();
  const { row, fresh, isGone } = live.rows[0] ?? { row: item, fresh: new Set<string>(), isGone: false };
  const label = labelOf(model, row);
  const mayChange = model.writable && !isGone && (!model.ownItemsOnly || row['createdBy'] === user?.id);
  const save = async (values: Readonly<Record<string, unknown>>): Promise<void> => {
    if ((await write(row, values)) === 'written') setMode('read');
  };
  return (
    <>
      <p className="way-up">
        <Link href={`/data/${model.plural}`}>{pluralTitle(model)}</Link>
      </p>
      <PageHead
        title={label}
        lead={
          <>
            {spelled(model.name)} <code className="faint">{row.id}</code>
          </>
        }
      >
        {isGone && <Badge tone="danger">deleted just now</Badge>}
        {mayChange && mode === 'read' && (
          <Button icon="pencil" onClick={() => setMode('edit')}>
            Edit
          </Button>
        )}
        {mayChange && (
          <Button icon="trash" aria-label={`Delete ${label}`} onClick={() => setMode('delete')} />
        )}
      </PageHead>
      <div className="record">
        <section className="panel record-panel" aria-label="Fields">
          {mode === 'edit' ? (
            <RecordForm
              model={model}
              models={models}
              row={row}
              action="Save the changes"
              onSave={save}
              onCancel={() => setMode('read')}
            />
          ) : (
            <RecordFields model={model} models={models} row={row} fresh={fresh} />
          )}
        </section>
        <div className="stack">
          {model.lists.map((list) => (
            <RelatedItems key={list.name} model={model} models={models} list={list} id={row.id} />
          ))}
          {mayUse(role, 'auditLog') && (
            <RecordHistory subject={`${model.name}/${row.id}`} version={row.version} />
          )}
        </div>
      </div>
      {mode === 'delete' && (
        <DeleteItem model={model} row={row} label={label} onClose={() => setMode('read')} />
      )}
      {conflict !== undefined && (
        <ConflictDialog
          conflict={conflict}
          model={model}
          models={models}
          onKeepTheirs={(current) => {
            live.take(current);
            setMode('read');
          }}
          onWriteMine={async (current) => {
            if ((await write(current, conflict.wanted)) === 'written') setMode('read');
          }}
          onClose={dismiss}
        />
      )}
    </>
  );
}

function DeleteItem({
  model,
  row,
  label,
  onClose,
}: {
  readonly model: Model;
  readonly row: Row;
  readonly label: string;
  readonly onClose: () => void;
}): ReactNode {
  const client = useClient();
  const say = useToast();
  const [, go] = useLocation();
  return (
    <ConfirmDialog
      title={`Delete ${label}?`}
      action={`Delete the ${spelled(model.name).toLowerCase()}`}
      onClose={onClose}
      onConfirm={async () => {
        const variables = { id: row.id, expectedVersion: row.version };
        const { error } = await client.mutation(deletionOf(model), variables);
        if (error !== undefined) throw Refusal.of(error);
        say(`${label} is deleted.`);
        go(`/data/${model.plural}`);
      }}
    >
      <p>
        Version {row.version} is deleted for everybody. It is refused while others refer to it, or when
        somebody changed it in the meantime. Who did it stays in the audit log.
      </p>
    </ConfirmDialog>
  );
}

function Absent({ model }: { readonly model: Model }): ReactNode {
  return (
    <>
      <PageHead title={`No such ${spelled(model.name).toLowerCase()}`} />
      <div className="panel">
        <EmptyState
          icon="search"
          title="Nothing has this id"
          action={
            <Link href={`/data/${model.plural}`} className="button">
              All {pluralTitle(model).toLowerCase()}
            </Link>
          }
        >
          It was deleted, or it is not for your eyes: both look the same from outside.
        </EmptyState>
      </div>
    </>
  );
}
