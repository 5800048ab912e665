import type { ReactNode } from 'react';
import { useDraft } from '../session/use-draft.ts';
import { ConflictDialog } from './ConflictDialog.tsx';
import { RecordForm, recordDraft, startingTexts } from './RecordForm.tsx';
import type { LiveRow } from './row-changes.ts';
import type { Model } from './use-models.ts';
import { useRecordWrites, type WriteOutcome } from './use-record-writes.ts';
import type { Row } from './values.ts';

/** Under which name a change is kept that is half typed. */
export function changeOf(model: Model, id: string): string {
  return `change/${model.name}/${id}`;
}

/** Changes an item as it was when one began, though that be before this page was opened; a conflict is settled here. */
export function EditRecord({
  model,
  models,
  live,
  take,
  onClose,
}: {
  readonly model: Model;
  readonly models: readonly Model[];
  readonly live: LiveRow;
  /** Gets the item as it is after it was written, or as others left it. */
  readonly take: (row: Row) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { row } = live;
  const draft = useDraft(changeOf(model, row.id), recordDraft, () => ({
    row,
    texts: startingTexts(model, row),
  }));
  const { write, conflict, dismiss } = useRecordWrites({ model, models }, take);
  const close = (): void => {
    draft.drop();
    onClose();
  };
  const save = async (begun: Row, values: Readonly<Record<string, unknown>>): Promise<WriteOutcome> => {
    const outcome = await write(begun, values);
    if (outcome === 'written') close();
    return outcome;
  };
  return (
    <>
      <RecordForm
        model={model}
        models={models}
        draft={draft}
        live={live}
        action="Save the changes"
        onSave={async (values) => void (await save(draft.value.row, values))}
        onCancel={close}
      />
      {conflict !== undefined && (
        <ConflictDialog
          conflict={conflict}
          model={model}
          models={models}
          onKeepTheirs={(current) => {
            take(current);
            close();
          }}
          onWriteMine={save}
          onClose={dismiss}
        />
      )}
    </>
  );
}
