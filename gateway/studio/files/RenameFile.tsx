import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { renameFileMutation } from '../generated/operations.ts';
import type { FileDetails } from './FilePage.tsx';

export function RenameFile({
  file,
  onRenamed,
  onClose,
}: {
  readonly file: FileDetails;
  readonly onRenamed: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const [name, setName] = useState(file.name);
  const [{ error, fetching }, rename] = useMutation(renameFileMutation);
  const submit = async (): Promise<void> => {
    const outcome = await rename({ id: file.id, name, expectedVersion: file.version });
    if (outcome.error !== undefined) return;
    onRenamed();
    onClose();
  };
  return (
    <Dialog title="Rename" onClose={onClose}>
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Field label="Name" hint="Links to it go on working.">
            {(parts) => (
              <input
                {...parts}
                className="input"
                value={name}
                maxLength={255}
                required
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={fetching}>
            Rename
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
