import { type ReactNode, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { FieldValue } from './FieldValue.tsx';
import { spelled } from './model-labels.ts';
import type { Model } from './use-models.ts';
import type { Conflict } from './use-record-writes.ts';
import { type Row, readableText } from './values.ts';

/** Two people changed one item: shows what was read, what it is now and what one wanted, and lets one choose. */
export function ConflictDialog({
  conflict,
  model,
  models,
  onKeepTheirs,
  onWriteMine,
  onClose,
}: {
  readonly conflict: Conflict;
  readonly model: Model;
  readonly models: readonly Model[];
  readonly onKeepTheirs: (current: Row) => void;
  /** Writes on the version the item has now. @throws Error when it was not taken */
  readonly onWriteMine: (current: Row) => Promise<void>;
  readonly onClose: () => void;
}): ReactNode {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const { wanted, read, current } = conflict;
  const fields = model.fields.filter(({ name }) => name in wanted);
  if (current === null)
    return (
      <Dialog title="It is gone" onClose={onClose}>
        <p className="dialog-body soft">
          Somebody deleted this item while you worked on it. Your change cannot be kept.
        </p>
        <div className="dialog-foot">
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        </div>
      </Dialog>
    );
  const writeMine = async (): Promise<void> => {
    setBusy(true);
    try {
      await onWriteMine(current);
      onClose();
    } catch (cause) {
      setBusy(false);
      setError(cause as Error);
    }
  };
  return (
    <Dialog title="Somebody was faster" width="wide" onClose={onClose}>
      <div className="dialog-body">
        <p className="soft">
          You changed version {read.version}; version {current.version} has been written since. Nothing of
          yours is lost, and nothing of theirs is overwritten until you choose.
        </p>
        <table className="table conflict">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">When you read it</th>
              <th scope="col">Theirs, as it is now</th>
              <th scope="col">Yours</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field.name}>
                <th scope="row">{spelled(field.name)}</th>
                <td>
                  <FieldValue field={field} value={read[field.name]} models={models} />
                </td>
                <td>
                  <FieldValue field={field} value={current[field.name]} models={models} />
                </td>
                <td>{readableText({ ...field, target: null, entity: null }, wanted[field.name]) || '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {error !== undefined && <FailureNotice error={error} />}
      </div>
      <div className="dialog-foot">
        <Button
          onClick={() => {
            onKeepTheirs(current);
            onClose();
          }}
        >
          Keep theirs
        </Button>
        <Button look="primary" busy={busy} onClick={() => void writeMine()}>
          Write mine over it
        </Button>
      </div>
    </Dialog>
  );
}
