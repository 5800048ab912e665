import type { Sql } from '@tributary/engines/relational';
import { reservedBytes, type Usage, usageOf } from '../adapters/usage-table.ts';
import type { FilesCore } from '../core.ts';
import type { UploadRecord } from '../domain/upload.ts';
import { overQuotaError, type QuotaExceeded, quotaExceeded } from './failures.ts';

/** Whose room is asked for, and what they take. */
export interface RoomOf extends Pick<UploadRecord, 'workspaceId' | 'id'> {
  readonly usage: Usage;
}

export interface Room {
  /** By files, and by what other uploads under way have reserved. */
  readonly takenBytes: number;
  readonly quotaBytes: number;
}

/** The room that a workspace has for an upload beside what it keeps and has promised to others. */
export async function roomFor(
  sql: Sql,
  { settings }: Pick<FilesCore, 'settings'>,
  { workspaceId, id, usage }: RoomOf,
): Promise<Room> {
  return {
    takenBytes: usage.usedBytes + (await reservedBytes(sql, workspaceId, id)),
    quotaBytes: usage.quotaBytes ?? settings.quotaBytes,
  };
}

/** Undefined when so many bytes have room. */
export function overQuota({ takenBytes, quotaBytes }: Room, sizeBytes: number): QuotaExceeded | undefined {
  return takenBytes + sizeBytes > quotaBytes ? quotaExceeded(takenBytes, quotaBytes) : undefined;
}

/**
 * What an upload that announced no size, and so reserved nothing, may have by now; one that did has its room.
 * @throws CodedError QUOTA_EXCEEDED from what is answered, for more bytes than there is room for
 */
export async function unannouncedRoom(
  { relational, settings }: FilesCore,
  { workspaceId, id, sizeBytes }: UploadRecord,
): Promise<(receivedBytes: number) => void> {
  if (sizeBytes !== null) return () => undefined;
  const usage = await usageOf(relational, workspaceId);
  const room = await roomFor(relational, { settings }, { workspaceId, id, usage });
  return (receivedBytes) => {
    const over = overQuota(room, receivedBytes);
    if (over !== undefined) throw overQuotaError(over);
  };
}
