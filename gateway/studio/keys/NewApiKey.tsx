import type { ReactNode } from 'react';
import { useMutation } from 'urql';
import { z } from 'zod/mini';
import { Button } from '../elements/Button.tsx';
import { CopyButton } from '../elements/CopyButton.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { Icon } from '../elements/Icon.tsx';
import { Restored } from '../elements/Restored.tsx';
import { scopes as allScopes, createApiKeyMutation } from '../generated/operations.ts';
import { RoleChoice } from '../session/RoleChoice.tsx';
import { roleShape } from '../session/role-names.ts';
import { useDraft } from '../session/use-draft.ts';
import { scopeMeanings } from './scopes.ts';

const keyDraft = z.object({
  name: z.string(),
  role: roleShape,
  scopes: z.array(z.string()),
  days: z.string(),
});
const dayMs = 86_400_000;
const lifetimes = { '30': '30 days', '90': '90 days', '365': 'A year', '': 'Until it is revoked' } as const;

export function NewApiKey({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: () => void;
}): ReactNode {
  const draft = useDraft('key/new', keyDraft, () => ({
    ...{ name: '', role: 'VIEWER' as const },
    ...{ scopes: ['data:read'], days: '90' },
  }));
  const { name, role, scopes, days } = draft.value;
  const set = (part: Partial<typeof draft.value>): void =>
    draft.change((present) => ({ ...present, ...part }));
  const close = (): void => {
    draft.drop();
    onClose();
  };
  const [{ data, error, fetching }, create] = useMutation(createApiKeyMutation);
  if (data?.createApiKey !== undefined) return <Secret {...data.createApiKey} onClose={onClose} />;

  const submit = async (): Promise<void> => {
    const expiresAt = days === '' ? null : new Date(Date.now() + Number(days) * dayMs).toISOString();
    const made = await create({ input: { name, role, scopes, expiresAt } });
    if (made.data === undefined) return;
    draft.drop();
    onMade();
  };
  const toggle = (scope: string): void =>
    set({
      scopes: scopes.includes(scope) ? scopes.filter((kept) => kept !== scope) : [...scopes, scope],
    });
  return (
    <Dialog title="New API key" onClose={close}>
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Restored draft={draft} />
          <Field label="Name" hint="What uses it: people will look for it by this name.">
            {(parts) => (
              <input
                {...parts}
                className="input"
                value={name}
                maxLength={100}
                required
                onChange={(event) => set({ name: event.target.value })}
              />
            )}
          </Field>
          <RoleChoice role={role} onChange={(next) => set({ role: next })} />
          <fieldset className="options">
            <legend>Scopes</legend>
            {allScopes.map((scope) => (
              <label key={scope} className="check">
                <input type="checkbox" checked={scopes.includes(scope)} onChange={() => toggle(scope)} />
                <span>
                  <code>{scope}</code> <span className="soft">{scopeMeanings[scope]}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <Field label="Works for">
            {(parts) => (
              <select
                {...parts}
                className="select"
                value={days}
                onChange={(event) => set({ days: event.target.value })}
              >
                {['30', '90', '365', ''].map((choice) => (
                  <option key={choice} value={choice}>
                    {lifetimes[choice as keyof typeof lifetimes]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" type="submit" busy={fetching} disabled={scopes.length === 0}>
            Make the key
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

function Secret({
  secret,
  apiKey,
  onClose,
}: {
  readonly secret: string;
  readonly apiKey: { readonly name: string };
  readonly onClose: () => void;
}): ReactNode {
  return (
    <Dialog title={`The key of ${apiKey.name}`} onClose={onClose}>
      <div className="dialog-body">
        <div className="notice" data-tone="warning">
          <Icon name="alert" />
          <div>
            <p className="notice-title">This is the only time it is shown.</p>
            <p className="soft">Only its hash is kept. Put it where the program finds it.</p>
          </div>
        </div>
        <div className="secret">
          <code data-testid="secret">{secret}</code>
          <CopyButton text={secret} />
        </div>
        <pre className="sample">{`curl '${location.origin}/v1/airports?first=2' \\\n  -H 'x-api-key: ${secret}'`}</pre>
      </div>
      <div className="dialog-foot">
        <Button look="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </Dialog>
  );
}
