import { AssignerProtocol, type GroupMember, type GroupMemberAssignment } from 'kafkajs';

/** A member of a group, and the topics that it reads, by their full names: while a new version is rolled out they differ. */
export interface Subscriber {
  readonly memberId: string;
  readonly topics: ReadonlySet<string>;
}

export function subscriptionOf(topics: readonly string[]): Buffer {
  return AssignerProtocol.MemberMetadata.encode({
    version: 0,
    topics: [...topics],
    userData: Buffer.alloc(0),
  });
}

export function subscribersIn(members: readonly GroupMember[]): readonly Subscriber[] {
  return members
    .map(({ memberId, memberMetadata }) => {
      const { topics = [] } = AssignerProtocol.MemberMetadata.decode(memberMetadata) ?? {};
      return { memberId, topics: new Set(topics) };
    })
    .sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
}

/**
 * Partitions go round the members that read their topic, topic after topic. Also one that the member who shares does not read itself: whoever came with
 * it is to store at once where the group begins in it.
 */
export function sharesOf(
  subscribers: readonly Subscriber[],
  counts: ReadonlyMap<string, number>,
): GroupMemberAssignment[] {
  const shares = subscribers.map(() => new Map<string, number[]>());
  let turn = 0;
  for (const [topic, partitions] of counts)
    for (let partition = 0; partition < partitions; partition += 1) {
      const next = [...subscribers.keys()]
        .map((step) => (turn + step) % subscribers.length)
        .find((index) => subscribers[index]?.topics.has(topic));
      if (next === undefined) continue;
      const share = shares[next];
      share?.set(topic, [...(share.get(topic) ?? []), partition]);
      turn = next + 1;
    }
  return subscribers.map(({ memberId }, index) => ({
    memberId,
    memberAssignment: AssignerProtocol.MemberAssignment.encode({
      version: 0,
      assignment: Object.fromEntries(shares[index] ?? []),
      userData: Buffer.alloc(0),
    }),
  }));
}
