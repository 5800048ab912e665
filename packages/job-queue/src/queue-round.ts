import { limitedQueuesAtOnce, limitedQueuesOfOne, noWorkspace } from './sql/claim.ts';

export interface LimitedQueue {
  readonly workspaceId: string;
  readonly queue: string;
}

/**
 * What a claim saw of the queues with limits that have something to do, and where the next one begins to look: at most 500 are looked at, 50 of a workspace, and those
 * that are at their limits stay in the way. So it goes round: after the last workspace, and in each after the last of its queues.
 */
export interface QueueRound {
  readonly queues: readonly LimitedQueue[];
  /** The workspace after which the next look begins. */
  readonly after: string;
  /** The queue after which it begins in a workspace that has more. */
  readonly within: ReadonlyMap<string, string>;
}

const keptPlaces = 1_000;

export const firstRound: QueueRound = { queues: [], after: noWorkspace, within: new Map() };

/** The round after one in which these queues were seen, in their order. */
export function nextRound({ within: before }: QueueRound, queues: readonly LimitedQueue[]): QueueRound {
  const counts = new Map<string, number>();
  const within = new Map(before);
  for (const { workspaceId } of queues) counts.set(workspaceId, (counts.get(workspaceId) ?? 0) + 1);
  for (const { workspaceId, queue } of queues) {
    within.delete(workspaceId);
    if (counts.get(workspaceId) === limitedQueuesOfOne) within.set(workspaceId, queue);
  }
  const last = queues.length === limitedQueuesAtOnce ? queues.at(-1) : undefined;
  if (last !== undefined) within.set(last.workspaceId, last.queue);
  for (const workspaceId of within.keys()) {
    if (within.size <= keptPlaces) break;
    within.delete(workspaceId);
  }
  return { queues, after: last?.workspaceId ?? noWorkspace, within };
}
