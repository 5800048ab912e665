import type { ReactNode } from 'react';
import { useQuery } from 'urql';
import { auditLogQuery } from '../generated/operations.ts';
import { mayUse } from '../session/rights.ts';
import { useViewer } from '../session/viewer.tsx';

/** Who made an item: oneself by name, others by the name the audit log has for them, where one may read it. */
export function Creator({ id }: { readonly id: string }): ReactNode {
  const { user, role } = useViewer();
  const isOneself = user?.id === id;
  const [{ data }] = useQuery({
    query: auditLogQuery,
    variables: { where: { actorId: id }, first: 1 },
    pause: isOneself || !mayUse(role, 'auditLog'),
  });
  if (isOneself) return <span title={id}>{user.name} (you)</span>;
  const actor = data?.auditLog.nodes[0]?.actor;
  if (actor?.user !== undefined && actor.user !== null) return <span title={id}>{actor.user.name}</span>;
  const kind = actor?.kind === 'API_KEY' ? 'API key' : 'Somebody else';
  return (
    <span title={id}>
      {kind} <code className="faint">…{id.slice(-8)}</code>
    </span>
  );
}
