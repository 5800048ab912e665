import { createLogger } from '@tributary/runtime';
import { parseKafkaUrl } from '../kafka/address.ts';
import { withAdmin } from '../kafka/admin.ts';
import { openDriver } from '../kafka/driver.ts';
import { kafkaRefusal } from '../kafka/faults.ts';
import { KafkaLink } from '../kafka/link.ts';
import type { LogUnderTest } from './conformance-events.ts';
import { openKafkaEventLog } from './kafka.ts';

const log = createLogger({ name: 'test', level: 'silent' });

/** The log under a prefix of brokers that others use as well. */
export async function openKafka(url: string): Promise<LogUnderTest> {
  const address = parseKafkaUrl(url, 'EVENT_LOG_URL');
  const driver = await openDriver(address, log);
  const link = new KafkaLink(driver, address);
  return {
    connect: () => openKafkaEventLog(address, log),
    seats: (group) =>
      withAdmin(driver, async (admin) => {
        const { groups } = await admin.describeGroups([address.prefix + group]);
        return groups.flatMap(({ members }) => members.map(({ memberId }) => memberId));
      }),
    unseat: async (group, memberId) => {
      const groupId = address.prefix + group;
      try {
        await link.onCoordinator(groupId, (broker) => broker.leaveGroup({ groupId, memberId }));
      } catch (error) {
        if (kafkaRefusal(error) !== 'UNKNOWN_MEMBER_ID') throw error;
      }
    },
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
  };
}
