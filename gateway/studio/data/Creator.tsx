import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { auditLogQuery, userNameQuery } from '../generated/operations.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';

/** Who made an item: members by name, others by what the audit log has of them, where one may read it. */
export function Creator({ id }: { readonly id: string }): ReactNode {
  const { user, role } = useViewer();
  const isOneself = user?.id === id;
  const [{ data: asked }] = useQuery({ query: userNameQuery, variables: { id }, pause: isOneself });
  const [{ data }] = useQuery({
    query: auditLogQuery,
    variables: { where: { actorId: id }, first: 1 },
    // Of keys and of people who left, only the audit log knows.
    pause: asked?.user !== null || !mayUse(role, 'auditLog'),
  });
  if (isOneself) return <span title={id}>{user.name} (you)</span>;
  if (asked?.user) return <span title={id}>{asked.user.name}</span>;
  const actor = data?.auditLog.nodes[0]?.actor;
  if (actor?.user !== undefined && actor.user !== null) return <span title={id}>{actor.user.name}</span>;
  const kind = actor?.kind === 'API_KEY' ? 'API key' : 'Somebody else';
  return (
    <span title={id}>
      {kind} <code className="faint">…{id.slice(-8)}</code>
    </span>
  );
}
