import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { createFolderMutation } from '../generated/operations.ts';

export function NewFolder({
  parentId,
  onMade,
  onClose,
}: {
  readonly parentId: string | undefined;
  readonly onMade: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const [name, setName] = useState('');
  const [{ error, fetching }, create] = useMutation(createFolderMutation);
  const submit = async (): Promise<void> => {
    const made = await create({ input: { name, parentId: parentId ?? null } });
    if (made.error !== undefined) return;
    onMade();
    onClose();
  };
  return (
    <Dialog title="New folder" onClose={onClose}>
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Field label="Name">
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
            Make the folder
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
