/** A living member of a group and the topics it asked for. */
export interface MemberView {
  readonly memberId: string;
  readonly topicIds: readonly number[];
}

/**
 * Who should have a partition: the members that asked for its topic take turns, in the order of their ids. Every member computes the same
 * from the same view; shares differ by one at most within a topic, and topics start at different members.
 */
export function assigneeOf(
  partition: { topicId: number; partition: number },
  members: readonly MemberView[],
): string | undefined {
  const takers = members
    .filter(({ topicIds }) => topicIds.includes(partition.topicId))
    .map(({ memberId }) => memberId);
  return takers.sort()[(partition.topicId + partition.partition) % Math.max(1, takers.length)];
}
