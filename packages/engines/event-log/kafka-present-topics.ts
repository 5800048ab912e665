import { CodedError } from '@tributary/runtime';
import type { KafkaLink } from '../kafka/link.ts';
import { topicFacts } from './kafka-topic-ids.ts';

/** Named at once: a broker that is away may leave hundreds without a leader. */
const namedAtMost = 10;

/** @throws CodedError ENGINE_UNAVAILABLE that names the partitions, of these topics, that have no leader; for readiness as well, to which they are `event-log:<topic>/<partition>` */
export async function requireLeaders(link: KafkaLink, topics: readonly string[]): Promise<void> {
  const { prefix } = link.address;
  const away: string[] = [];
  for (const [stored, { leaderless }] of await topicFacts(link, topics))
    away.push(...leaderless.map((partition) => `${stored.slice(prefix.length)}/${partition}`));
  if (away.length === 0) return;
  const named = away.slice(0, namedAtMost);
  const others = away.length > named.length ? ` and ${away.length - named.length} others` : '';
  throw new CodedError(
    'ENGINE_UNAVAILABLE',
    `These partitions have no leader at the moment: ${named.join(', ')}${others}. Are the brokers that have their replicas up?`,
    { details: { engine: 'kafka', missing: named.map((name) => `event-log:${name}`) } },
  );
}
