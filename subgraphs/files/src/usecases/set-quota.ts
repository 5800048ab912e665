import { writeOutbox } from '@tributary/engines/outbox/relational';
import { CodedError, isId } from '@tributary/runtime';
import { quotaEvents } from '../adapters/events.ts';
import { isWorkspace, lockUsage, writeQuota } from '../adapters/usage-table.ts';
import type { Context } from '../context.ts';

/** More than any store holds, and every number up to it is a whole one in JSON. */
const largestQuotaBytes = 2 ** 50;

export interface AskedQuota {
  readonly workspaceId: string;
  /** Null: the installation's. */
  readonly quotaBytes: number | null;
}

export interface WorkspaceQuota {
  readonly workspaceId: string;
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly isOwn: boolean;
}

/** Says what a workspace's files may take; what is so already is no change, and told to nobody. @throws CodedError FORBIDDEN, BAD_USER_INPUT, NOT_FOUND */
export async function setQuota(
  { core, principal, isOperator }: Pick<Context, 'core' | 'principal' | 'isOperator'>,
  { workspaceId, quotaBytes }: AskedQuota,
): Promise<WorkspaceQuota> {
  if (principal.kind !== 'service' && !(await isOperator()))
    throw new CodedError('FORBIDDEN', "Quotas are set by owners of the installation's operator workspace.");
  const isWithin =
    quotaBytes === null ||
    (Number.isSafeInteger(quotaBytes) && quotaBytes >= 0 && quotaBytes <= largestQuotaBytes);
  if (!isWithin)
    throw new CodedError('BAD_USER_INPUT', `quotaBytes is a whole number from 0 to ${largestQuotaBytes}.`, {
      details: { argument: 'quotaBytes' },
    });
  return core.relational.transaction(async (tx) => {
    if (!isId(workspaceId) || !(await isWorkspace(tx, workspaceId)))
      throw new CodedError('NOT_FOUND', 'There is no such workspace.');
    const usage = await lockUsage(tx, workspaceId);
    if (usage.quotaBytes !== quotaBytes) {
      await writeQuota(tx, workspaceId, quotaBytes);
      await writeOutbox(tx, quotaEvents({ workspaceId, quotaBytes }, { principal, clock: core.clock }));
    }
    return {
      workspaceId,
      usedBytes: usage.usedBytes,
      quotaBytes: quotaBytes ?? core.settings.quotaBytes,
      isOwn: quotaBytes !== null,
    };
  });
}
