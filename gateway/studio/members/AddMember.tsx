import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { z } from 'zod/mini';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { Restored } from '../elements/Restored.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { addMemberMutation } from '../generated/operations.ts';
import { RoleChoice } from '../session/RoleChoice.tsx';
import { roleShape } from '../session/role-names.ts';
import { useDraft } from '../session/use-draft.ts';

const memberDraft = z.object({ email: z.string(), role: roleShape });

export function AddMember({
  onClose,
  onAdded,
}: {
  readonly onClose: () => void;
  readonly onAdded: () => void;
}): ReactNode {
  const say = useToast();
  const draft = useDraft('member/new', memberDraft, () => ({ email: '', role: 'VIEWER' as const }));
  const { email, role } = draft.value;
  const set = (part: Partial<typeof draft.value>): void =>
    draft.change((present) => ({ ...present, ...part }));
  const close = (): void => {
    draft.drop();
    onClose();
  };
  const [fault, setFault] = useState<string>();
  const [{ error, fetching }, add] = useMutation(addMemberMutation);
  const submit = async (): Promise<void> => {
    setFault(undefined);
    const outcome = (await add({ input: { email, role } })).data?.addMember;
    if (outcome?.__typename === 'MemberInvited') {
      say(`${outcome.invitation.email} is invited, and a member on entering.`);
      onAdded();
      close();
    } else setFault(outcome?.message);
  };
  return (
    <Dialog title="Invite a member" onClose={close}>
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Restored draft={draft} />
          <Field label="E-mail" hint="Of the account they sign in with." fault={fault}>
            {(parts) => (
              <input
                {...parts}
                className="input"
                type="email"
                value={email}
                required
                onChange={(event) => set({ email: event.target.value })}
              />
            )}
          </Field>
          <RoleChoice role={role} onChange={(next) => set({ role: next })} />
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={close}>Cancel</Button>
          <Button look="primary" type="submit" busy={fetching}>
            Invite
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
