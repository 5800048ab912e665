import { CodedError } from '@tributary/runtime';
import { connectionOf, listCursor, listPlace, pageSize } from '@tributary/subgraph-kit';
import { auditPage } from '../../adapters/audit-log.ts';
import { auditText } from '../../domain/audit-details.ts';
import type { AuditWhere, QueryResolvers } from '../../generated/schema.ts';

const isSeqPlace = (values: readonly unknown[]): values is readonly [seq: string] =>
  values.length === 1 && typeof values[0] === 'string' && /^[1-9]\d{0,17}$/.test(values[0]);

/** In the form entries are stored in: what could not be stored is not found. */
const searched = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : auditText(text);

const momentOf = (dateTime: string | null | undefined): Date | null =>
  dateTime === null || dateTime === undefined ? null : new Date(dateTime);

export const auditLog: NonNullable<QueryResolvers['auditLog']> = async (
  _parent,
  { where, first, after },
  { core, principal },
) => {
  refuseNull(where);
  const size = pageSize(first);
  const place = listPlace('AuditEntry', after, isSeqPlace);
  const rows = await auditPage(core.prisma, {
    workspaceId: principal.workspaceId,
    subject: searched(where?.subject),
    actorId: searched(where?.actorId),
    action: searched(where?.action),
    from: momentOf(where?.from),
    to: momentOf(where?.to),
    beforeSeq: place === undefined ? null : BigInt(place[0]),
    size,
  });
  return connectionOf(rows, size, {
    cursorOf: ({ seq }) => listCursor('AuditEntry', String(seq)),
    hasPrevious: place !== undefined,
  });
};

/** A condition that is null would be dropped, and the answer wider than it reads. */
function refuseNull(where: AuditWhere | null | undefined): void {
  const [name] = Object.entries(where ?? {}).find(([, value]) => value === null) ?? [];
  if (name === undefined) return;
  throw new CodedError('BAD_USER_INPUT', `where.${name} is null; leave it out, or give it a value.`, {
    details: { argument: `where.${name}` },
  });
}
