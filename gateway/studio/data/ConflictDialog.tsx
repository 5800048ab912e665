import { type ReactNode, useState } from 'react';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { ConflictRow, type Side } from './ConflictRow.tsx';
import { type Conflict, clashesOf } from './conflict.ts';
import type { Model } from './use-models.ts';
import type { WriteOutcome } from './use-record-writes.ts';
import type { Row } from './values.ts';

interface ConflictDialogProps {
  readonly conflict: Conflict;
  readonly model: Model;
  readonly models: readonly Model[];
  readonly onKeepTheirs: (current: Row) => void;
  /** Writes what one chose of one's own on the version the item has now. @throws Error when it was not taken */
  readonly onWriteMine: (current: Row, chosen: Readonly<Record<string, unknown>>) => Promise<WriteOutcome>;
  readonly onClose: () => void;
}

/** Two people changed one item: shows what was read, what it is now and what one wanted, and lets one choose field by field. */
export function ConflictDialog({ conflict, ...parts }: ConflictDialogProps): ReactNode {
  const { current } = conflict;
  if (current === null)
    return (
      <Dialog title="It is gone" onClose={parts.onClose}>
        <p className="dialog-body soft">
          Somebody deleted this item while you worked on it. Your change cannot be kept.
        </p>
        <div className="dialog-foot">
          <Button look="primary" onClick={parts.onClose}>
            Close
          </Button>
        </div>
      </Dialog>
    );
  // One's choice is about the version it was shown with: a further one is a further question.
  return <Choice key={current.version} conflict={{ ...conflict, current }} {...parts} />;
}

function Choice({
  conflict,
  model,
  models,
  onKeepTheirs,
  onWriteMine,
  onClose,
}: ConflictDialogProps & { readonly conflict: { readonly current: Row } }): ReactNode {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const [sides, setSides] = useState<Readonly<Record<string, Side>>>({});
  const { wanted, read, current } = conflict;
  const clashes = clashesOf(model, conflict);
  const chosen = Object.fromEntries(
    clashes
      .filter(({ clash }) => clash === 'mine' || clash === 'both')
      .filter(({ field }) => sides[field.name] !== 'theirs')
      .map(({ field }) => [field.name, wanted[field.name]]),
  );
  const keepTheirs = (): void => {
    onKeepTheirs(current);
    onClose();
  };
  const writeMine = async (): Promise<void> => {
    if (Object.keys(chosen).length === 0) return keepTheirs();
    setBusy(true);
    setError(undefined);
    try {
      // When they were faster once more, the dialog stays and asks about the newer version.
      if ((await onWriteMine(current, chosen)) === 'written') onClose();
    } catch (cause) {
      setError(cause as Error);
    }
    setBusy(false);
  };
  return (
    <Dialog title="Somebody was faster" width="wide" onClose={onClose}>
      <div className="dialog-body">
        <p className="soft">
          You changed version {read.version}; version {current.version} has been written since. Nothing of
          yours is lost, and nothing of theirs is overwritten until you choose.
        </p>
        <div className="scroll-x">
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
              {clashes.map(({ field, clash }) => (
                <ConflictRow
                  key={field.name}
                  field={field}
                  clash={clash}
                  models={models}
                  values={{ read: read[field.name], theirs: current[field.name], mine: wanted[field.name] }}
                  side={sides[field.name] ?? 'mine'}
                  onSide={(side) => setSides((present) => ({ ...present, [field.name]: side }))}
                />
              ))}
            </tbody>
          </table>
        </div>
        {error !== undefined && <FailureNotice error={error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={keepTheirs}>Keep theirs</Button>
        <Button look="primary" busy={busy} onClick={() => writeMine()}>
          Write what I chose
        </Button>
      </div>
    </Dialog>
  );
}
