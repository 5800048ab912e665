import { type ReactNode, useState } from 'react';
import { useMutation } from 'urql';
import { useToast } from '../elements/Toasts.tsx';
import { changeMemberRoleMutation, type MembersQuery, type Role } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';
import { grantableRoles } from '../session/rights.ts';
import { roleNames } from '../session/role-names.ts';
import { useViewer } from '../session/viewer.tsx';

/** The role, to be changed on the spot; what was refused is said beside it, and the old role stands. */
export function RoleOfMember({
  member,
  onChanged,
}: {
  readonly member: MembersQuery['members']['nodes'][number];
  readonly onChanged: () => void;
}): ReactNode {
  const say = useToast();
  const { role: own } = useViewer();
  const [fault, setFault] = useState<string>();
  const [{ fetching }, change] = useMutation(changeMemberRoleMutation);
  const { user, role } = member;
  const offered = grantableRoles(own);
  const choose = async (next: Role): Promise<void> => {
    setFault(undefined);
    const { data, error } = await change({ userId: user.id, role: next });
    const outcome = data?.changeMemberRole;
    if (outcome?.__typename === 'MemberRoleChanged') say(`${user.name} is ${roleNames[next].title} now.`);
    else setFault(outcome?.message ?? (error && Refusal.of(error).message));
    onChanged();
  };
  return (
    <>
      <select
        className="select"
        aria-label={`Role of ${user.name}`}
        value={role}
        disabled={fetching || !offered.includes(role)}
        onChange={(event) => void choose(event.target.value as Role)}
      >
        {(offered.includes(role) ? offered : [role]).map((choice) => (
          <option key={choice} value={choice}>
            {roleNames[choice].title}
          </option>
        ))}
      </select>
      {fault !== undefined && (
        <p className="field-fault" role="alert">
          {fault}
        </p>
      )}
    </>
  );
}
