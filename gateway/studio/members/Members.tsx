import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { Badge } from '../elements/Badge.tsx';
import { Button } from '../elements/Button.tsx';
import { ConfirmDialog } from '../elements/ConfirmDialog.tsx';
import { FailureNotice } from '../elements/FailureNotice.tsx';
import { Moment } from '../elements/Moment.tsx';
import { PageHead } from '../elements/PageHead.tsx';
import { PageTurner } from '../elements/PageTurner.tsx';
import { Skeleton } from '../elements/Skeleton.tsx';
import { useToast } from '../elements/Toasts.tsx';
import { usePages } from '../elements/use-pages.ts';
import { type MembersQuery, membersQuery, removeMemberMutation } from '../generated/operations.ts';
import { useReloadable } from '../graph/use-reloadable.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';
import { AddMember } from './AddMember.tsx';
import { Invitations } from './Invitations.tsx';
import { RoleOfMember } from './RoleOfMember.tsx';

type Member = MembersQuery['members']['nodes'][number];

export function Members(): ReactNode {
  const { role } = useViewer();
  const pages = usePages();
  const invitedPages = usePages('invitations');
  const [{ data, error }, reload] = useReloadable({
    query: membersQuery,
    variables: { after: pages.after ?? null, invitedAfter: invitedPages.after ?? null },
    requestPolicy: 'cache-and-network',
  });
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Member>();
  return (
    <>
      <PageHead title="Members" lead="Who may work in this workspace, and what each of them may do.">
        {mayUse(role, 'addMember') && (
          <Button look="primary" icon="plus" onClick={() => setAdding(true)}>
            Invite a member
          </Button>
        )}
      </PageHead>
      {error !== undefined && <FailureNotice error={error} onRetry={reload} />}
      {data === undefined && error === undefined && <Skeleton label="Loading the members" rows={4} />}
      {data !== undefined && (
        <div className="panel">
          <div className="scroll-x">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Person</th>
                  <th scope="col">Role</th>
                  <th scope="col">Since</th>
                  <th scope="col" className="end">
                    <span className="only-heard">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {data.members.nodes.map((member) => (
                  <MemberRow
                    key={member.user.id}
                    member={member}
                    onRemove={() => setLeaving(member)}
                    onChanged={reload}
                  />
                ))}
              </tbody>
            </table>
          </div>
          <PageTurner pages={pages} pageInfo={data.members.pageInfo}>
            {data.members.nodes.length} on this page
          </PageTurner>
        </div>
      )}
      {data !== undefined && (
        <Invitations invitations={data.invitations} pages={invitedPages} onWithdrawn={reload} />
      )}
      {adding && <AddMember onClose={() => setAdding(false)} onAdded={reload} />}
      {leaving !== undefined && (
        <RemoveMember member={leaving} onClose={() => setLeaving(undefined)} onRemoved={reload} />
      )}
    </>
  );
}

function MemberRow({
  member,
  onRemove,
  onChanged,
}: {
  readonly member: Member;
  readonly onRemove: () => void;
  readonly onChanged: () => void;
}): ReactNode {
  const { user } = useViewer();
  const { name, email, id } = member.user;
  return (
    <tr>
      <td>
        <span className="two-lines">
          <span>
            {name} {id === user?.id && <Badge>you</Badge>}
          </span>
          <span className="faint">{email}</span>
        </span>
      </td>
      <td>
        <RoleOfMember member={member} onChanged={onChanged} />
      </td>
      <td>
        <Moment at={member.createdAt} show="day" />
      </td>
      <td className="end">
        <Button
          look="quiet"
          icon="trash"
          aria-label={`Remove ${name}`}
          title={`Remove ${name}`}
          onClick={onRemove}
        />
      </td>
    </tr>
  );
}

function RemoveMember({
  member,
  onClose,
  onRemoved,
}: {
  readonly member: Member;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}): ReactNode {
  const say = useToast();
  const [, remove] = useMutation(removeMemberMutation);
  const { id, name } = member.user;
  return (
    <ConfirmDialog
      title={`Remove ${name}?`}
      action="Remove the member"
      onClose={onClose}
      onConfirm={async () => {
        const { data, error } = await remove({ userId: id });
        if (error !== undefined) throw error;
        if (data?.removeMember.__typename === 'LastOwner') throw new Error(data.removeMember.message);
        say(`${name} is no longer a member.`);
        onRemoved();
      }}
    >
      <p>Their sessions lose this workspace within seconds, open sockets included. What they made stays.</p>
    </ConfirmDialog>
  );
}
