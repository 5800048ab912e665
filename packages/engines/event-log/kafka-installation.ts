import type { Kafka } from 'kafkajs';
import { installationIdForm } from '../installation/id.ts';
import { ofAnother } from '../installation/of-another.ts';
import type { KafkaAddress } from '../kafka/address.ts';
import { withAdmin } from '../kafka/admin.ts';
import { codedKafkaError } from '../kafka/faults.ts';
import { patiently } from '../kafka/patience.ts';
import { isCreatedElsewhere, mayPass } from './kafka-topics.ts';
import { installationTopics } from './topic-names.ts';

/**
 * Makes the log this installation's, which an empty topic says: names are what every broker knows at once and nobody's retention takes. The first is the owner. Of two
 * that come at once both are seen, and neither goes on.
 * @throws CodedError CONFIG_INVALID where another was first, or for a right that is missing, ENGINE_UNAVAILABLE
 */
export async function claimKafka(driver: Kafka, address: KafkaAddress, installation: string): Promise<void> {
  const { setting, brokers, prefix, replicas } = address;
  const begins = prefix + installationTopics;
  const own = begins + installation;
  const isMark = (name: string): boolean =>
    name.startsWith(begins) && installationIdForm.test(name.slice(begins.length));
  let marks: readonly string[];
  try {
    marks = await patiently(mayPass, () =>
      withAdmin(driver, async (admin) => {
        const found = (await admin.listTopics()).filter(isMark);
        if (found.length > 0) return found;
        const copies = replicas === undefined ? {} : { replicationFactor: replicas };
        try {
          await admin.createTopics({ topics: [{ topic: own, numPartitions: 1, ...copies }] });
        } catch (error) {
          // Another process of this installation was first.
          if (!isCreatedElsewhere(error)) throw error;
        }
        return (await admin.listTopics()).filter(isMark);
      }),
    );
  } catch (error) {
    throw codedKafkaError(error, address, { operation: 'CREATE', on: 'topic', name: own });
  }
  const other = marks.find((name) => name !== own);
  if (other === undefined) return;
  throw ofAnother({
    setting,
    place: `the topics ${prefix}* of the Kafka at ${brokers.join(',')}`,
    instead: 'Give this one a prefix of its own, as kafka://host:9092/shop.',
    mark: `the topic ${other}`,
  });
}
