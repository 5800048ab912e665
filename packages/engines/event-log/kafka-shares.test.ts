import { AssignerProtocol } from 'kafkajs';
import { expect, test } from 'vitest';
import { sharesOf, subscribersIn, subscriptionOf } from './kafka-shares.ts';

/** What each member gets, members given as the topics that they read. */
function shared(
  members: Readonly<Record<string, readonly string[]>>,
  counts: Readonly<Record<string, number>>,
) {
  const subscribers = subscribersIn(
    Object.entries(members).map(([memberId, topics]) => ({
      memberId,
      memberMetadata: subscriptionOf(topics),
    })),
  );
  const shares = sharesOf(subscribers, new Map(Object.entries(counts)));
  return Object.fromEntries(
    shares.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment,
    ]),
  );
}

test('partitions go round the members, topic after topic', () => {
  expect(shared({ m2: ['a', 'b'], m1: ['a', 'b'] }, { a: 3, b: 3 })).toEqual({
    m1: { a: [0, 2], b: [1] },
    m2: { a: [1], b: [0, 2] },
  });
});

test('a topic that only some members read goes to them alone', () => {
  expect(shared({ m1: ['a'], m2: ['a', 'b'], m3: ['a'] }, { a: 3, b: 2 })).toEqual({
    m1: { a: [0] },
    m2: { a: [1], b: [0, 1] },
    m3: { a: [2] },
  });
});
