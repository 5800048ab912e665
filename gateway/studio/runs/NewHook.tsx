import type { ReactNode } from 'react';
import { useMutation, useQuery } from 'urql';
import { z } from 'zod/mini';
import { Button } from '../elements/Button.tsx';
import { CopyButton } from '../elements/CopyButton.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { Restored } from '../elements/Restored.tsx';
import { SelectField } from '../elements/SelectField.tsx';
import { createHookMutation, jobsQuery } from '../generated/operations.ts';
import { useDraft } from '../session/use-draft.ts';

const hookDraft = z.object({ name: z.string(), job: z.string() });

export interface ShownSecret {
  readonly secret: string;
  /** Below the address of the gateway. */
  readonly path: string;
}

export function NewHook({
  onMade,
  onClose,
}: {
  readonly onMade: (made: ShownSecret) => void;
  readonly onClose: () => void;
}): ReactNode {
  const [{ data: known }] = useQuery({ query: jobsQuery, requestPolicy: 'cache-and-network' });
  const jobs = known?.jobs.map(({ name }) => name) ?? [];
  const draft = useDraft('hook/new', hookDraft, () => ({ name: '', job: '' }));
  const { name, job: chosen } = draft.value;
  const set = (part: Partial<typeof draft.value>): void =>
    draft.change((present) => ({ ...present, ...part }));
  const close = (): void => {
    draft.drop();
    onClose();
  };
  const job = jobs.includes(chosen) ? chosen : (jobs[0] ?? '');
  const [{ error, fetching }, create] = useMutation(createHookMutation);
  const submit = async (): Promise<void> => {
    const { data } = await create({ input: { name, job } });
    if (data === undefined) return;
    onMade({ secret: data.createHook.secret, path: data.createHook.hook.path });
    close();
  };
  return (
    <Dialog title="New webhook" onClose={close}>
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Restored draft={draft} />
          <Field label="Name" hint="Unique in the workspace.">
            {(parts) => (
              <input
                {...parts}
                className="input"
                required
                maxLength={100}
                value={name}
                onChange={(event) => set({ name: event.target.value })}
              />
            )}
          </Field>
          <SelectField
            label="Job"
            hint="What it is called with is the job's input."
            value={job}
            choices={jobs}
            onChange={(next) => set({ job: next })}
          />
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" type="submit" busy={fetching}>
            Make the webhook
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** A secret is shown once; what is kept of it cannot be read. */
export function HookSecret({
  shown: { secret, path },
  onClose,
}: {
  readonly shown: ShownSecret;
  readonly onClose: () => void;
}): ReactNode {
  const address = new URL(path, location.href).href;
  return (
    <Dialog title="The webhook's secret" onClose={onClose}>
      <div className="dialog-body">
        <p className="soft">
          Whoever calls <code>{address}</code> signs with it, as Standard Webhooks have it. It is shown now
          and never again.
        </p>
        <p className="secret">
          <code data-testid="secret">{secret}</code>
          <CopyButton text={secret} />
        </p>
      </div>
      <div className="dialog-foot">
        <Button look="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </Dialog>
  );
}
