import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { createWorkspaceMutation } from '../generated/operations.ts';

export function NewWorkspace({
  onMade,
  onClose,
}: {
  readonly onMade: (slug: string) => void;
  readonly onClose: () => void;
}): ReactNode {
  const [name, setName] = useState('');
  const [ownSlug, setOwnSlug] = useState<string>();
  const [fault, setFault] = useState<string>();
  const [setUpToken, setSetUpToken] = useState<string>();
  const [{ error, fetching }, create] = useMutation(createWorkspaceMutation);
  const slug = ownSlug ?? slugOf(name);
  const submit = async (): Promise<void> => {
    setFault(undefined);
    const made = (await create({ input: { name, slug, setUpToken: setUpToken ?? null } })).data
      ?.createWorkspace;
    if (made?.__typename === 'WorkspaceCreated') onMade(made.workspace.slug);
    else {
      setFault(made?.message);
      if (made?.__typename === 'SetUpNeeded') setSetUpToken((given) => given ?? '');
    }
  };
  return (
    <Dialog title="New workspace" onClose={onClose}>
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Field label="Name">
            {(parts) => (
              <input
                {...parts}
                className="input"
                value={name}
                maxLength={100}
                required
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field
            label="Address"
            hint="In URLs and headers: lower-case letters, digits and single dashes."
            fault={fault}
          >
            {(parts) => (
              <input
                {...parts}
                className="input code"
                value={slug}
                required
                onChange={(event) => setOwnSlug(event.target.value)}
              />
            )}
          </Field>
          {setUpToken !== undefined && (
            <Field label="Set-up token" hint="Printed by the start of an installation without owner.">
              {(parts) => (
                <input
                  {...parts}
                  className="input code"
                  value={setUpToken}
                  autoComplete="off"
                  onChange={(event) => setSetUpToken(event.target.value)}
                />
              )}
            </Field>
          )}
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={fetching}>
            Make it and go there
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** `Demo: airports & flights` becomes `demo-airports-flights`. */
function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 48);
}
