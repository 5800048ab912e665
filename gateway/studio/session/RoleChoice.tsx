import type { ReactNode } from 'react';
import type { Role } from '../generated/operations.ts';
import { grantableRoles } from './rights.ts';
import { roleNames } from './role-names.ts';
import { useViewer } from './viewer.tsx';

/** One of the roles the viewer can give, each with what it allows. */
export function RoleChoice({
  role,
  onChange,
}: {
  readonly role: Role;
  readonly onChange: (role: Role) => void;
}): ReactNode {
  const { role: own } = useViewer();
  return (
    <fieldset className="options">
      <legend>Role</legend>
      {grantableRoles(own).map((choice) => (
        <label key={choice} className="option">
          <input type="radio" name="role" checked={role === choice} onChange={() => onChange(choice)} />
          <span>
            <span className="option-title">{roleNames[choice].title}</span>
            <span className="faint">{roleNames[choice].meaning}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
