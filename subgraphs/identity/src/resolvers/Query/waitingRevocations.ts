import { isRole } from '@tributary/subgraph-kit';
import type { QueryResolvers } from '../../generated/schema.ts';
import { waitingRevocations as waiting } from '../../usecases/waiting-revocations.ts';

export const waitingRevocations: NonNullable<QueryResolvers['waitingRevocations']> = async (
  _parent,
  { after },
  { core },
) => {
  const found = await waiting(core, after ?? undefined);
  return found.map(({ row, event }) => {
    const { sessionId, userId, keyId, role } = event.data as Readonly<Record<string, string | undefined>>;
    return {
      row,
      id: event.id,
      type: event.type,
      workspaceId: event.workspaceid,
      at: event.time,
      sessionId: sessionId ?? null,
      userId: userId ?? null,
      keyId: keyId ?? null,
      role: isRole(role) ? role : null,
    };
  });
};
