import type { PartitionOffset } from 'kafkajs';
import { offsetOf } from '../kafka/link.ts';

/** Where a group stands in a partition. */
export interface Standing {
  readonly offset: number;
  /** Of the topic that the offset is of; undefined where a broker, or a version before, did not tell. */
  readonly topicId: string | undefined;
  /** Topics in which the group has begun, as the port names them: Kafka forgets where it stood in one that is deleted. */
  readonly begun: readonly string[];
}

/** Brokers take 4,096 bytes beside a position (`offset.metadata.max.bytes`). */
const longestText = 3_000;

/** What is stored of a standing. Kafka keeps a text of the group's own beside a position: `id topic,topic`. */
export function stored(
  partition: number,
  { offset, topicId = '', begun }: Standing,
): PartitionOffset & { readonly metadata: string } {
  const text = `${topicId} ${begun.join(',')}`;
  return { partition, offset: String(offset), metadata: text.length > longestText ? `${topicId} ` : text };
}

/** Undefined where the group never stood, or Kafka has forgotten it. */
export function standingIn(found: PartitionOffset): Standing | undefined {
  const offset = offsetOf(found.offset);
  if (offset === -1) return undefined;
  const text = 'metadata' in found && typeof found.metadata === 'string' ? found.metadata : '';
  const [topicId = '', topics = ''] = text.split(' ');
  return {
    offset,
    topicId: topicId === '' ? undefined : topicId,
    begun: topics === '' ? [] : topics.split(','),
  };
}

/** Of one topic, by partition. */
export interface TopicStandings {
  readonly topic: string;
  readonly stored: string;
  readonly standings: readonly (Standing | undefined)[];
}

/** The topics in which a group has begun, as far as it can be known from where it stands. */
export function begunIn(committed: readonly TopicStandings[]): Set<string> {
  const told = committed.flatMap(({ standings }) => standings.flatMap((standing) => standing?.begun ?? []));
  const whole = committed.filter(({ standings }) => !standings.includes(undefined));
  return new Set([...told, ...whole.map(({ topic }) => topic)]);
}
