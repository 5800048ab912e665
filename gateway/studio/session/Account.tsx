import { type FormEvent, type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Field } from '../elements/Field.tsx';
import { Form } from '../elements/Form.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { changePasswordMutation, signOutEverywhereMutation } from '../generated/operations.ts';
import './account.css';
import { ReceivedInvitations } from './ReceivedInvitations.tsx';
import { roleNames } from './role-names.ts';
import { useEnterWorkspace } from './use-enter-workspace.ts';
import { useSession } from './use-session.ts';
import { useViewer, useViewerReload } from './viewer.tsx';

/** Oneself: where one belongs and is invited to, the password, and the way out of every device. */
export function Account(): ReactNode {
  const { user, memberships, invitations } = useViewer();
  const reload = useViewerReload();
  const { enter, error } = useEnterWorkspace();
  return (
    <>
      <PageHead title="Your account" lead={`${user?.name ?? ''} · ${user?.email ?? ''}`} />
      <div className="account">
        <section className="panel" aria-labelledby="workspaces-title">
          <h2 id="workspaces-title">Workspaces</h2>
          <ul>
            {memberships.map(({ workspace, role }) => (
              <li key={workspace.id}>
                <span>{workspace.name}</span>
                <Badge tone="accent">{roleNames[role].title}</Badge>
                <span className="soft">{roleNames[role].meaning}</span>
              </li>
            ))}
          </ul>
          <ReceivedInvitations invitations={invitations} onEnter={enter} onDeclined={reload} />
          {error !== undefined && <FailureNotice error={error} />}
        </section>
        <Password />
        <Sessions />
      </div>
    </>
  );
}

function Password(): ReactNode {
  const say = useToast();
  const [fault, setFault] = useState<{ readonly of: 'current' | 'new'; readonly text: string }>();
  const [{ error, fetching }, change] = useMutation(changePasswordMutation);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    const form = event.currentTarget;
    const data = new FormData(form);
    const input = { currentPassword: String(data.get('current')), newPassword: String(data.get('new')) };
    const outcome = (await change({ input })).data?.changePassword;
    if (outcome?.__typename === 'PasswordChanged') {
      form.reset();
      setFault(undefined);
      say('The password is changed; other sessions were ended.');
    } else if (outcome !== undefined) {
      const of = outcome.__typename === 'WeakPassword' ? 'new' : 'current';
      setFault({ of, text: outcome.message });
    }
  };
  return (
    <section className="panel" aria-labelledby="password-title">
      <h2 id="password-title">Password</h2>
      <Form onSubmit={submit}>
        <Field label="Current password" fault={fault?.of === 'current' ? fault.text : undefined}>
          {(parts) => (
            <input
              {...parts}
              className="input"
              type="password"
              name="current"
              autoComplete="current-password"
              required
            />
          )}
        </Field>
        <Field
          label="New password"
          hint="At least 12 characters."
          fault={fault?.of === 'new' ? fault.text : undefined}
        >
          {(parts) => (
            <input
              {...parts}
              className="input"
              type="password"
              name="new"
              autoComplete="new-password"
              minLength={12}
              required
            />
          )}
        </Field>
        {error !== undefined && <FailureNotice error={error} />}
        <div>
          <Button type="submit" busy={fetching}>
            Change the password
          </Button>
        </div>
      </Form>
    </section>
  );
}

function Sessions(): ReactNode {
  const session = useSession();
  const [asking, setAsking] = useState(false);
  const [, signOutEverywhere] = useMutation(signOutEverywhereMutation);
  return (
    <section className="panel" aria-labelledby="sessions-title">
      <h2 id="sessions-title">Sessions</h2>
      <p className="soft">Ends every session of yours, on this and on all other devices.</p>
      <div>
        <Button icon="leave" onClick={() => setAsking(true)}>
          Sign out everywhere
        </Button>
      </div>
      {asking && (
        <ConfirmDialog
          title="Sign out everywhere?"
          action="Sign out everywhere"
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            const { error } = await signOutEverywhere({});
            if (error !== undefined) throw error;
            await session.signOut();
          }}
        >
          <p>
            Open sockets are closed within seconds, and every device has to sign in again. API keys go on
            working.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}
