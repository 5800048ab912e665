import { CodedError } from '@tributary/runtime';
import type { KafkaLink } from '../kafka/link.ts';
import { askTopics } from './kafka-topic-ids.ts';

/** Named at once: a broker that is away may leave hundreds without a leader. */
const namedAtMost = 10;

/** Topics of a process, by their full names. */
interface NeededTopics {
  /** Has read from them or written to them: a partition that nobody leads keeps it from something now. */
  readonly used: readonly string[];
  /** Are to be there. Of one that nobody has used yet no leader is missed. */
  readonly declared: readonly string[];
}

/**
 * @throws CodedError ENGINE_UNAVAILABLE that names the topics that are not there, and the partitions, of those that are used, that have no leader; for readiness as well, to
 * which they are `event-log:<topic>` and `event-log:<topic>/<partition>`
 */
export async function requireTopics(link: KafkaLink, { used, declared }: NeededTopics): Promise<void> {
  const { prefix } = link.address;
  const { facts, missing } = await askTopics(link, [...new Set([...used, ...declared])]);
  const gone = missing.map((stored) => stored.slice(prefix.length));
  const leaderless = used.flatMap((stored) =>
    (facts.get(stored)?.leaderless ?? []).map((partition) => `${stored.slice(prefix.length)}/${partition}`),
  );
  if (gone.length + leaderless.length === 0) return;
  const sentences = [
    ...(gone.length === 0 ? [] : [`These topics are not there at the moment: ${listed(gone)}.`]),
    ...(leaderless.length === 0
      ? []
      : [
          `These partitions have no leader at the moment: ${listed(leaderless)}. Are the brokers that have their replicas up?`,
        ]),
  ];
  const named = [...gone, ...leaderless].slice(0, namedAtMost).map((name) => `event-log:${name}`);
  throw new CodedError('ENGINE_UNAVAILABLE', sentences.join(' '), {
    details: { engine: 'kafka', missing: named },
  });
}

function listed(names: readonly string[]): string {
  const others = names.length > namedAtMost ? ` and ${names.length - namedAtMost} others` : '';
  return `${names.slice(0, namedAtMost).join(', ')}${others}`;
}
