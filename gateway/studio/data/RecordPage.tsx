import { type ReactNode, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { EmptyState } from '../elements/EmptyState.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { Refusal } from '../graph/refusal.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { keptDraft } from '../session/drafts.ts';
import { mayUse } from '../session/rights.ts';
import { useKeeper, useViewer } from '../session/viewer.tsx';
import { AddedFields } from './AddedFields.tsx';
import { DeleteItem } from './DeleteItem.tsx';
import { changeOf, EditRecord } from './EditRecord.tsx';
import { labelOf, pluralTitle, spelled } from './model-labels.ts';
import { RecordFields } from './RecordFields.tsx';
import { recordDraft } from './RecordForm.tsx';
import { RecordHistory } from './RecordHistory.tsx';
import { RelatedItems } from './RelatedItems.tsx';
import { RoomText } from './RoomText.tsx';
import { itemOf } from './record-operations.ts';
import type { LiveRow } from './row-changes.ts';
import { useLiveRows } from './use-live-rows.ts';
import type { Model } from './use-models.ts';
import type { Row } from './values.ts';

interface PageOfModel {
  readonly model: Model;
  readonly models: readonly Model[];
}

/** One item: what it holds, what refers to it, and who changed it. */
export function RecordPage({ model, models, id }: PageOfModel & { readonly id: string }): ReactNode {
  const [{ data: answer, error }, reload] = useReloadable({
    query: itemOf(model, models),
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  const failure = error !== undefined && <FailureNotice error={error} onRetry={reload} />;
  if (answer === undefined) {
    if (error === undefined) return <Skeleton label="Loading" />;
    if (Refusal.isOfAbsent(error)) return <Absent model={model} />;
    return (
      <>
        <PageHead title={spelled(model.name)} />
        {failure}
      </>
    );
  }
  if (answer.item === null) return failure || <Absent model={model} />;
  return (
    <>
      {failure}
      <Present model={model} models={models} item={answer.item} reload={reload} />
    </>
  );
}

/** What one is doing; a deletion is of the item as it was when one began: what others save meanwhile must not slip under it. */
type Work = { readonly kind: 'edit' } | { readonly kind: 'delete'; readonly begun: Row };

const nothing: ReadonlySet<string> = new Set();

function Present({
  model,
  models,
  item,
  reload,
}: PageOfModel & { readonly item: Row; readonly reload: () => void }): ReactNode {
  const page = useMemo(() => [item], [item]);
  const live = useLiveRows({ model, models }, page, reload);
  const { user, role } = useViewer();
  const keeper = useKeeper();
  // What one left half changed goes on where one left it.
  const [work, setWork] = useState<Work | undefined>(
    () => keptDraft(changeOf(model, item.id), keeper, recordDraft) && { kind: 'edit' },
  );
  const now: LiveRow = live.rows[0] ?? { row: item, fresh: nothing, isGone: false };
  const { row, fresh, isGone } = now;
  const label = labelOf(model, row);
  const mayChange = model.writable && !isGone && (!model.ownItemsOnly || row['createdBy'] === user?.id);
  const done = (): void => setWork(undefined);
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
        {mayChange && work === undefined && (
          <Button icon="pencil" onClick={() => setWork({ kind: 'edit' })}>
            Edit
          </Button>
        )}
        {mayChange && work?.kind !== 'edit' && (
          <Button
            icon="trash"
            aria-label={`Delete ${label}`}
            onClick={() => setWork({ kind: 'delete', begun: row })}
          />
        )}
      </PageHead>
      <div className="record">
        <section className="panel record-panel" aria-label="Fields">
          {work?.kind === 'edit' ? (
            <EditRecord model={model} models={models} live={now} take={live.take} onClose={done} />
          ) : (
            <RecordFields model={model} models={models} row={row} fresh={fresh} />
          )}
        </section>
        <div className="stack">
          <AddedFields model={model} row={row} />
          {model.room && (
            <RoomText noteId={row.id} what={spelled(model.name).toLowerCase()} mayWrite={mayChange} />
          )}
          {model.lists.map((list) => (
            <RelatedItems key={list.name} model={model} models={models} list={list} id={row.id} />
          ))}
          {mayUse(role, 'auditLog') && (
            <RecordHistory subject={`${model.name}/${row.id}`} version={row.version} />
          )}
        </div>
      </div>
      {work?.kind === 'delete' && <DeleteItem model={model} row={work.begun} live={now} onClose={done} />}
    </>
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
