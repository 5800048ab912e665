import type { ReactNode } from 'react';
import { useMutation } from 'urql';
import { Button } from '../elements/Button.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { useToast } from '../elements/Toasts.tsx';
import type { Pages } from '../elements/use-pages.ts';
import { type MembersQuery, withdrawInvitationMutation } from '../generated/operations.ts';
import { roleNames } from '../session/role-names.ts';

/** Who was invited and has not come yet: no more than the address is known of them. Nothing where nobody is. */
export function Invitations({
  invitations: { nodes, pageInfo },
  pages,
  onWithdrawn,
}: {
  readonly invitations: MembersQuery['invitations'];
  readonly pages: Pages;
  readonly onWithdrawn: () => void;
}): ReactNode {
  const say = useToast();
  const [{ error, fetching }, withdraw] = useMutation(withdrawInvitationMutation);
  if (nodes.length === 0 && pages.previous === undefined && error === undefined) return null;
  const takeBack = async (id: string, email: string): Promise<void> => {
    const outcome = await withdraw({ id });
    if (outcome.error === undefined) say(`The invitation of ${email} is withdrawn.`);
    onWithdrawn();
  };
  return (
    <section className="panel" aria-labelledby="invitations-title">
      <h2 id="invitations-title">Invited</h2>
      {error !== undefined && <FailureNotice error={error} />}
      <div className="scroll-x">
        <table className="table" aria-labelledby="invitations-title">
          <thead>
            <tr>
              <th scope="col">Address</th>
              <th scope="col">Role</th>
              <th scope="col">Invited</th>
              <th scope="col">By</th>
              <th scope="col" className="end">
                <span className="only-heard">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.map(({ id, email, role, invitedBy, createdAt }) => (
              <tr key={id}>
                <td>{email}</td>
                <td>{roleNames[role].title}</td>
                <td>
                  <Moment at={createdAt} show="day" />
                </td>
                <td>{invitedBy?.name ?? <span className="faint">an API key</span>}</td>
                <td className="end">
                  <Button
                    look="quiet"
                    icon="trash"
                    aria-label={`Withdraw the invitation of ${email}`}
                    title={`Withdraw the invitation of ${email}`}
                    disabled={fetching}
                    onClick={() => takeBack(id, email)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <PageTurner pages={pages} pageInfo={pageInfo}>
        {nodes.length} on this page
      </PageTurner>
    </section>
  );
}
