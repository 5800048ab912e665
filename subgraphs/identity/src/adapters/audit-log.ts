import type { Prisma, PrismaClient } from '@tributary/prisma';

export interface AuditRecord {
  readonly id: string;
  readonly seq: bigint;
  readonly time: string;
  readonly action: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly subject: string;
  readonly details: unknown;
}

export interface AuditQuery {
  readonly workspaceId: string;
  readonly subject: string | null;
  readonly actorId: string | null;
  readonly action: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
  /** The page starts before this entry. */
  readonly beforeSeq: bigint | null;
  readonly size: number;
}

/** A page of entries, the latest first, and one more when there are more. */
export async function auditPage(prisma: PrismaClient, query: AuditQuery): Promise<readonly AuditRecord[]> {
  const { workspaceId, subject, actorId, action, from, to, beforeSeq, size } = query;
  const where: Prisma.AuditEntryWhereInput = {
    workspaceId,
    ...(subject === null ? {} : { subject }),
    ...(actorId === null ? {} : { actorId }),
    ...(action === null ? {} : { action }),
    ...(beforeSeq === null ? {} : { seq: { lt: beforeSeq } }),
    ...(from === null && to === null
      ? {}
      : { time: { ...(from === null ? {} : { gte: from }), ...(to === null ? {} : { lt: to }) } }),
  };
  const rows = await prisma.auditEntry.findMany({ where, orderBy: { seq: 'desc' }, take: size + 1 });
  return rows.map(
    ({ eventId, seq, time, action: verb, actorKind, actorId: actor, subject: of, details }) => ({
      id: eventId,
      seq,
      time: time.toISOString(),
      action: verb,
      actorKind,
      actorId: actor,
      subject: of,
      details,
    }),
  );
}
