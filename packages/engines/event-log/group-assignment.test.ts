import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assigneeOf } from './group-assignment.ts';

const topicIds = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1 });
const groups = fc.uniqueArray(fc.record({ memberId: fc.uuid(), topicIds }), {
  selector: ({ memberId }) => memberId,
  maxLength: 8,
});

test('every partition goes to one member that asked for its topic, in fair shares, whatever order the members are seen in', () => {
  fc.assert(
    fc.property(
      groups,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 24 }),
      (members, topicId, partitions) => {
        const takers = members.filter((member) => member.topicIds.includes(topicId));
        const shares = new Map(takers.map(({ memberId }) => [memberId, 0]));
        for (let partition = 0; partition < partitions; partition += 1) {
          const assignee = assigneeOf({ topicId, partition }, members);
          expect(assigneeOf({ topicId, partition }, [...members].reverse())).toBe(assignee);
          if (takers.length === 0) expect(assignee).toBeUndefined();
          else shares.set(assignee ?? '', (shares.get(assignee ?? '') ?? Number.NaN) + 1);
        }
        const counts = [...shares.values()];
        if (counts.length > 0) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      },
    ),
  );
});
