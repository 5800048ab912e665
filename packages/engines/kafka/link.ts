import type { Cluster, Kafka, TopicOffsets } from 'kafkajs';
import type { Ownership } from '../installation/ownership.ts';
import type { KafkaAddress } from './address.ts';
import type { KafkaBroker } from './broker.ts';
import { openCluster } from './driver.ts';
import { rootOf } from './driver-faults.ts';
import {
  codedKafkaError,
  isNotConnected,
  isTimedOut,
  kafkaRefusal,
  leaderless,
  undeclaredTopic,
} from './faults.ts';
import type { KafkaDeed } from './refused-rights.ts';

/** Whether a partition has got a leader again is asked no more often, however many have none. */
const lookAgainMs = 500;

export type OffsetAt = { readonly fromBeginning: boolean } | { readonly fromTimestamp: number };

/** The way to the brokers, with connections of its own. What breaks is looked up anew at the next call; nothing here waits for a broker to come back. */
export class KafkaLink implements AsyncDisposable {
  readonly address: KafkaAddress;
  readonly #driver: Kafka;
  readonly #ownership: Ownership | undefined;
  #cluster: Cluster;
  #connecting: Promise<unknown> = Promise.resolve();
  readonly #partitions = new Map<string, number>();
  /** Under which each count was learned; another one has other partitions. */
  readonly #ids = new Map<string, string>();
  #stale = false;
  #lookedMs = Number.NEGATIVE_INFINITY;

  /** With `ownership` nothing is asked of brokers whose topics are another installation's. */
  constructor(driver: Kafka, address: KafkaAddress, ownership?: Ownership) {
    this.address = address;
    this.#driver = driver;
    this.#ownership = ownership;
    this.#cluster = openCluster(driver);
  }

  /** How many partitions a topic has, by its full name. @throws CodedError CONFIG_INVALID for one that is not there, ENGINE_UNAVAILABLE */
  async partitionsOf(topic: string): Promise<number> {
    const known = this.#partitions.get(topic);
    if (known !== undefined) return known;
    return this.#guarded(async (cluster) => {
      try {
        await cluster.addTargetTopic(topic);
      } catch (error) {
        const refusal = kafkaRefusal(error);
        if (refusal === 'UNKNOWN_TOPIC_OR_PARTITION' || refusal === 'INVALID_TOPIC_EXCEPTION')
          throw undeclaredTopic(topic.slice(this.address.prefix.length), error);
        throw error;
      }
      const partitions = cluster.findTopicPartitionMetadata(topic).length;
      if (partitions === 0) throw undeclaredTopic(topic.slice(this.address.prefix.length));
      this.#partitions.set(topic, partitions);
      return partitions;
    });
  }

  /** The broker that leads a partition; asks for the topic at first. @throws CodedError that `isLeaderless`, ENGINE_UNAVAILABLE */
  async leaderOf(topic: string, partition: number): Promise<string> {
    await this.partitionsOf(topic);
    return this.#guarded((cluster) => this.#leader(cluster, topic, partition));
  }

  /** @throws CodedError ENGINE_UNAVAILABLE, or with `raw` what the driver says */
  async onNode<Answer>(nodeId: string, work: (broker: KafkaBroker) => Promise<Answer>): Promise<Answer> {
    return this.#guarded(async (cluster) => {
      const broker = (await cluster.findBroker({ nodeId })) as KafkaBroker;
      await this.#connected(broker);
      return work(broker);
    });
  }

  async onLeader<Answer>(
    [topic, partition]: readonly [string, number],
    work: (broker: KafkaBroker) => Promise<Answer>,
  ): Promise<Answer> {
    return this.onNode(await this.leaderOf(topic, partition), work);
  }

  /** Of brokers that cannot be reached the next one is asked: the others serve. */
  async onAnyNode<Answer>(work: (broker: KafkaBroker) => Promise<Answer>): Promise<Answer> {
    await this.#guarded((cluster) => cluster.refreshMetadataIfNecessary());
    const [first, ...others] = this.#cluster.getNodeIds();
    const asked = this.onNode(String(first), work);
    return others.reduce(
      (asking, nodeId) =>
        asking.catch((error: unknown) => {
          if (!isUnanswered(error)) throw error;
          return this.onNode(String(nodeId), work);
        }),
      asked,
    );
  }

  async onCoordinator<Answer>(
    groupId: string,
    work: (broker: KafkaBroker) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#guarded(async (cluster) => {
      await cluster.refreshMetadataIfNecessary();
      const broker = await this.#coordinatorOf(cluster, groupId);
      await this.#connected(broker);
      return work(broker);
    });
  }

  /** The offsets of all partitions of a topic at one of its ends, or of the first records not older than a time; -1 where there are none. @throws CodedError that `isLeaderless`, ENGINE_UNAVAILABLE */
  async offsets(topic: string, at: OffsetAt): Promise<readonly number[]> {
    const count = await this.partitionsOf(topic);
    const all = Array.from({ length: count }, (_, partition) => partition);
    const found = await this.offsetsOf(topic, all, at);
    return all.map((partition) => found.get(partition) ?? -1);
  }

  /** Of some partitions: the others need no leader for it. */
  async offsetsOf(
    topic: string,
    some: readonly number[],
    at: OffsetAt,
  ): Promise<ReadonlyMap<number, number>> {
    if (some.length === 0) return new Map();
    await this.partitionsOf(topic);
    const answer: TopicOffsets[] = await this.#guarded(async (cluster) => {
      for (const partition of some) await this.#leader(cluster, topic, partition);
      return cluster.fetchTopicsOffset([
        { topic, partitions: some.map((partition) => ({ partition })), ...at },
      ]);
    });
    return new Map(answer[0]?.partitions.map(({ partition, offset }) => [partition, offsetOf(offset)]));
  }

  /** What the brokers say who the topics are: of one that is not known to be the same as before the partitions are counted anew. */
  learnIds(ids: ReadonlyMap<string, string>): void {
    for (const [topic, id] of ids) {
      if (this.#ids.get(topic) === id) continue;
      this.#ids.set(topic, id);
      if (this.#partitions.delete(topic)) this.#stale = true;
    }
  }

  /** Somebody has added partitions to it. */
  countAnew(topic: string): void {
    if (this.#partitions.delete(topic)) this.#stale = true;
  }

  /** Asks some broker what there is. @throws CodedError ENGINE_UNAVAILABLE */
  async ping(): Promise<void> {
    await this.#guarded((cluster) => cluster.refreshMetadata());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.disconnect();
  }

  async #guarded<Answer>(work: (cluster: Cluster) => Promise<Answer>): Promise<Answer> {
    await this.#ownership?.ensure();
    const cluster = this.#cluster;
    try {
      if (this.#stale) await this.#refreshed(cluster);
      return await work(cluster);
    } catch (error) {
      if (isUnanswered(error)) this.#ownership?.doubt();
      if (isStuck(error)) this.#replace(cluster);
      if (rootOf(error) !== undefined) this.#stale = true;
      throw error;
    }
  }

  async #leader(cluster: Cluster, topic: string, partition: number): Promise<string> {
    const known = leaderIn(cluster, topic, partition);
    if (known !== undefined) return known;
    if (performance.now() - this.#lookedMs >= lookAgainMs) {
      this.#lookedMs = performance.now();
      await this.#refreshed(cluster);
    }
    const found = leaderIn(cluster, topic, partition);
    if (found === undefined) throw leaderless(topic, partition);
    return found;
  }

  async #coordinatorOf(cluster: Cluster, groupId: string): Promise<KafkaBroker> {
    try {
      return (await cluster.findGroupCoordinator({ groupId })) as KafkaBroker;
    } catch (error) {
      // The driver keeps to itself what the brokers said. One of them says it again, unless it has passed.
      if (rootOf(error)?.name === 'KafkaJSGroupCoordinatorNotFound')
        await this.onAnyNode((broker) => broker.findGroupCoordinator({ groupId, coordinatorType: 0 }));
      throw error;
    }
  }

  /** One after the other: the driver opens a connection for each question that finds none, and loses sight of all but the last. */
  async #connected(broker: KafkaBroker): Promise<void> {
    const { connectionPool } = broker;
    const turn = this.#connecting.then(async () => {
      await connectionPool.getConnection(0);
      await connectionPool.getConnection(1);
    });
    this.#connecting = turn.catch(() => undefined);
    await turn;
  }

  async #refreshed(cluster: Cluster): Promise<void> {
    try {
      await cluster.addMultipleTargetTopics([...this.#partitions.keys()]);
      await cluster.refreshMetadata();
      this.#stale = false;
      // Made anew with fewer: the others are nobody's. More of them are counted once the topic's id is known.
      for (const [topic, count] of this.#partitions) {
        const now = cluster.findTopicPartitionMetadata(topic).length;
        if (now > 0 && now < count) this.#partitions.set(topic, now);
      }
    } catch (error) {
      // One that was deleted would keep all others from being looked up.
      if (kafkaRefusal(error) === 'UNKNOWN_TOPIC_OR_PARTITION') this.#replace(cluster, []);
      throw error;
    }
  }

  /** All connections anew: silence may be that of a network which drops everything, and the driver takes a broker that fell silent while it connected for connected ever after. */
  #replace(cluster: Cluster, topics: readonly string[] = [...this.#partitions.keys()]): void {
    if (this.#cluster !== cluster) return;
    for (const topic of this.#partitions.keys()) if (!topics.includes(topic)) this.#partitions.delete(topic);
    this.#cluster = openCluster(this.#driver);
    this.#stale = true;
    cluster.disconnect().catch(() => undefined);
  }

  /** What callers of the port see of an error. */
  coded(error: unknown, deed?: KafkaDeed): unknown {
    return codedKafkaError(error, this.address, deed);
  }
}

/** Undefined for a partition that has none, or is not there. */
function leaderIn(cluster: Cluster, topic: string, partition: number): string | undefined {
  const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
  return leader === undefined || Number(leader) < 0 ? undefined : leader;
}

/** No broker said anything: the way to this one is broken, and what it was asked is asked of another one. */
function isUnanswered(error: unknown): boolean {
  return isNotConnected(error) || (rootOf(error) !== undefined && kafkaRefusal(error) === undefined);
}

function isStuck(error: unknown): boolean {
  return isTimedOut(error) || isNotConnected(error);
}

/** Kafka counts in 64 bits, JavaScript exactly in 53: two hundred years at a million records a second and partition. @throws RangeError */
export function offsetOf(text: string): number {
  const offset = Number(text);
  if (!Number.isSafeInteger(offset))
    throw new RangeError(`an offset of Kafka is beyond exact numbers: ${text}`);
  return offset;
}
