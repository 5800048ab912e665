import type { ReactNode } from 'react';
import { useClient } from 'urql';
import { useLocation } from 'wouter';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { Refusal } from '../graph/refusal.ts';
import { ChangedMeanwhile } from './ChangedMeanwhile.tsx';
import { labelOf, spelled } from './model-labels.ts';
import { deletionOf } from './record-operations.ts';
import type { LiveRow } from './row-changes.ts';
import type { Model } from './use-models.ts';
import type { Row } from './values.ts';

/** Deletes the version that was shown when one asked for it: what somebody saved since is not deleted unseen. */
export function DeleteItem({
  model,
  row,
  live,
  onClose,
}: {
  readonly model: Model;
  /** The item as it was when one asked to delete it. */
  readonly row: Row;
  readonly live: LiveRow;
  readonly onClose: () => void;
}): ReactNode {
  const client = useClient();
  const say = useToast();
  const [, go] = useLocation();
  const label = labelOf(model, row);
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
      <ChangedMeanwhile
        model={model}
        begun={row}
        live={live}
        consequence={`Version ${row.version} can no longer be deleted. Close this, look at what changed, and decide again.`}
      />
    </ConfirmDialog>
  );
}
