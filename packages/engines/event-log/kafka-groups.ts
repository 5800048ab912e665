import type { Kafka } from 'kafkajs';
import { withAdmin } from '../kafka/admin.ts';
import { type KafkaLink, offsetOf } from '../kafka/link.ts';
import type { GroupPlace, GroupState } from './port.ts';

/** All groups of this log that have a position, by name. @throws what the driver says */
export async function describeKafkaGroups(driver: Kafka, link: KafkaLink): Promise<readonly GroupState[]> {
  const { prefix } = link.address;
  return withAdmin(driver, async (admin) => {
    const names = (await admin.listGroups()).groups
      .map(({ groupId }) => groupId)
      .filter((groupId) => groupId.startsWith(prefix))
      .sort();
    if (names.length === 0) return [];
    const { groups } = await admin.describeGroups(names);
    const members = new Map(groups.map((group) => [group.groupId, group.members.length]));
    const states: GroupState[] = [];
    for (const groupId of names) {
      const committed = await admin.fetchOffsets({ groupId });
      const places: GroupPlace[] = [];
      for (const { topic, partitions } of [...committed].sort((a, b) => (a.topic < b.topic ? -1 : 1))) {
        if (!topic.startsWith(prefix)) continue;
        const ends = await link.offsets(topic, { fromBeginning: false });
        for (const { partition, offset } of [...partitions].sort((a, b) => a.partition - b.partition)) {
          const nextOffset = offsetOf(offset);
          if (nextOffset < 0) continue;
          places.push({
            topic: topic.slice(prefix.length),
            partition,
            nextOffset,
            endOffset: ends[partition] ?? nextOffset,
          });
        }
      }
      if (places.length > 0)
        states.push({ group: groupId.slice(prefix.length), members: members.get(groupId) ?? 0, places });
    }
    return states;
  });
}
