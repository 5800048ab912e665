import type { CombinedError } from '@urql/core';
import type { AuditChainQuery } from '../generated/operations.ts';
import { Refusal } from '../graph/refusal.ts';

export type ChainVerdict = AuditChainQuery['auditChainIntact'];

export interface ChainAnswer {
  readonly data?: AuditChainQuery | undefined;
  readonly error?: CombinedError | undefined;
}

/**
 * Asks until there is a verdict: a long log takes several answers, each of which goes on from the one before and tells how many entries hold so far. One that
 * has not got further, or was refused for another reason, is the end.
 */
export async function checkChain(
  ask: () => Promise<ChainAnswer>,
  onProgress: (entries: number) => void,
): Promise<ChainVerdict | Refusal> {
  for (let reached = 0; ; ) {
    const { data, error } = await ask();
    if (data !== undefined) return data.auditChainIntact;
    const refusal = Refusal.of(error ?? new Error('Nothing was answered.'));
    const { entries } = refusal.details;
    if (refusal.code !== 'DEADLINE_EXCEEDED' || typeof entries !== 'number' || entries <= reached)
      return refusal;
    reached = entries;
    onProgress(entries);
  }
}
