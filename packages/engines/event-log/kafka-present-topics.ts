import { CodedError } from '@tributary/runtime';
import type { KafkaLink } from '../kafka/link.ts';
import { askTopics, type TopicRight } from './kafka-topic-ids.ts';

/** Named at once: a broker that is away may leave hundreds without a leader. */
const namedAtMost = 10;

/** What a process has read and written, by full names. */
export class UsedTopics {
  readonly rights = new Map<string, Set<TopicRight>>();

  add(stored: string, right: TopicRight): void {
    this.rights.set(stored, (this.rights.get(stored) ?? new Set<TopicRight>()).add(right));
  }
}

/** Topics of a process, by their full names. */
interface NeededTopics {
  /** Has read from them or written to them, and goes on with that: a partition that nobody leads keeps it from something now. */
  readonly used: ReadonlyMap<string, ReadonlySet<TopicRight>>;
  /** Are to be there. Of one that nobody has used yet no leader is missed. */
  readonly declared: readonly string[];
}

/**
 * @throws CodedError ENGINE_UNAVAILABLE that names the topics that are not there, and of those that are used the partitions that have no leader, and what the user may not do; for
 * readiness as well, to which they are `event-log:<topic>` and `event-log:<topic>/<partition>`
 */
export async function requireTopics(link: KafkaLink, { used, declared }: NeededTopics): Promise<void> {
  const { prefix, login } = link.address;
  const { facts, missing } = await askTopics(link, [...new Set([...used.keys(), ...declared])], true);
  const gone = missing.map((stored) => stored.slice(prefix.length));
  const leaderless = [...used.keys()].flatMap((stored) =>
    (facts.get(stored)?.leaderless ?? []).map((partition) => `${stored.slice(prefix.length)}/${partition}`),
  );
  const refused = (['READ', 'WRITE'] as const).map((right) => ({
    right,
    topics: [...used].flatMap(([stored, rights]) =>
      rights.has(right) && facts.get(stored)?.refused.includes(right) ? [stored.slice(prefix.length)] : [],
    ),
  }));
  const without = [...new Set(refused.flatMap(({ topics }) => topics))];
  if (gone.length + leaderless.length + without.length === 0) return;
  const sentences = [
    ...(gone.length === 0 ? [] : [`These topics are not there at the moment: ${listed(gone)}.`]),
    ...(leaderless.length === 0
      ? []
      : [
          `These partitions have no leader at the moment: ${listed(leaderless)}. Are the brokers that have their replicas up?`,
        ]),
    ...refused.flatMap(({ right, topics }) =>
      topics.length === 0
        ? []
        : [
            `Kafka's ACL does not let ${login?.username ?? 'this client'} ${right} these topics behind the prefix "${prefix}": ${listed(topics)}. Grant ${right} on them.`,
          ],
    ),
  ];
  const named = [...gone, ...leaderless, ...without].slice(0, namedAtMost).map((name) => `event-log:${name}`);
  throw new CodedError('ENGINE_UNAVAILABLE', sentences.join(' '), {
    details: { engine: 'kafka', missing: named },
  });
}

function listed(names: readonly string[]): string {
  const others = names.length > namedAtMost ? ` and ${names.length - namedAtMost} others` : '';
  return `${names.slice(0, namedAtMost).join(', ')}${others}`;
}
