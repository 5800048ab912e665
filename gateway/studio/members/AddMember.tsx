import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { Dialog } from '../elements/Dialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { addMemberMutation, type Role } from '../generated/operations.ts';
import { RoleChoice } from '../session/RoleChoice.tsx';

export function AddMember({
  onClose,
  onAdded,
}: {
  readonly onClose: () => void;
  readonly onAdded: () => void;
}): ReactNode {
  const say = useToast();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('VIEWER');
  const [fault, setFault] = useState<string>();
  const [{ error, fetching }, add] = useMutation(addMemberMutation);
  const submit = async (): Promise<void> => {
    setFault(undefined);
    const outcome = (await add({ input: { email, role } })).data?.addMember;
    if (outcome?.__typename === 'MemberInvited') {
      say(`${outcome.invitation.email} is invited, and a member on entering.`);
      onAdded();
      onClose();
    } else setFault(outcome?.message);
  };
  return (
    <Dialog title="Invite a member" onClose={onClose}>
      <Form onSubmit={submit}>
        <div className="dialog-body">
          <Field label="E-mail" hint="Of the account they sign in with." fault={fault}>
            {(parts) => (
              <input
                {...parts}
                className="input"
                type="email"
                value={email}
                required
                onChange={(event) => setEmail(event.target.value)}
              />
            )}
          </Field>
          <RoleChoice role={role} onChange={setRole} />
          {error !== undefined && <FailureNotice error={error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={fetching}>
            Invite
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
