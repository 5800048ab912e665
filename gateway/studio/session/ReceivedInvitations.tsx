import type { ReactNode } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { declineInvitationMutation, type ViewerQuery } from '../generated/operations.ts';
import { roleNames } from './role-names.ts';

/** Workspaces that want the person as a member: each to enter, which accepts, or to decline. Nothing where none does. */
export function ReceivedInvitations({
  invitations,
  onEnter,
  onDeclined,
}: {
  readonly invitations: ViewerQuery['viewer']['invitations'];
  readonly onEnter: (slug: string) => Promise<void>;
  readonly onDeclined: () => void;
}): ReactNode {
  const [{ error, fetching }, decline] = useMutation(declineInvitationMutation);
  const refuse = async (slug: string): Promise<void> => {
    const outcome = await decline({ slug });
    if (outcome.error === undefined) onDeclined();
  };
  return (
    <>
      {invitations.length > 0 && (
        <ul className="choices" aria-label="Invitations">
          {invitations.map(({ workspace, role }) => (
            <li key={workspace.id} className="invitation">
              <span className="workspace-name">
                <span>{workspace.name}</span>
                <span className="faint">
                  {workspace.slug} · invites you as {roleNames[role].title}
                </span>
              </span>
              <Button
                disabled={fetching}
                aria-label={`Enter ${workspace.name}`}
                onClick={() => onEnter(workspace.slug)}
              >
                Enter
              </Button>
              <Button
                look="quiet"
                disabled={fetching}
                aria-label={`Decline the invitation to ${workspace.name}`}
                onClick={() => refuse(workspace.slug)}
              >
                Decline
              </Button>
            </li>
          ))}
        </ul>
      )}
      {error !== undefined && <FailureNotice error={error} />}
    </>
  );
}
