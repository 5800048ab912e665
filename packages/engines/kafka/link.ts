import { CodedError } from '@tributary/runtime';
import type {
  Broker,
  Cluster,
  GroupMember,
  GroupMemberAssignment,
  GroupState,
  Kafka,
  TopicOffsets,
} from 'kafkajs';
import type { KafkaAddress } from './address.ts';
import { openCluster } from './driver.ts';
import { codedKafkaError, kafkaRefusal, rootOf, undeclaredTopic } from './faults.ts';

/** What the driver's brokers can do and its types leave out. */
export interface KafkaBroker extends Broker {
  readonly connectionPool: { readonly host: string; readonly port: number };
  initProducerId(request: {
    readonly transactionTimeout: number;
  }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>;
  joinGroup(request: {
    readonly groupId: string;
    readonly memberId: string;
    readonly sessionTimeout: number;
    readonly rebalanceTimeout: number;
    readonly groupProtocols: readonly GroupState[];
  }): Promise<{
    readonly generationId: number;
    readonly leaderId: string;
    readonly memberId: string;
    readonly members: readonly GroupMember[];
  }>;
  syncGroup(request: {
    readonly groupId: string;
    readonly generationId: number;
    readonly memberId: string;
    readonly groupAssignment: readonly GroupMemberAssignment[];
  }): Promise<{ readonly memberAssignment: Buffer }>;
  heartbeat(request: {
    readonly groupId: string;
    readonly groupGenerationId: number;
    readonly memberId: string;
  }): Promise<unknown>;
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
}

export type OffsetAt = { readonly fromBeginning: boolean } | { readonly fromTimestamp: number };

/** The way to the brokers, with connections of its own. What breaks is looked up anew at the next call; nothing here waits for a broker to come back. */
export class KafkaLink implements AsyncDisposable {
  readonly address: KafkaAddress;
  readonly #cluster: Cluster;
  readonly #partitions = new Map<string, number>();
  #stale = false;

  constructor(driver: Kafka, address: KafkaAddress) {
    this.address = address;
    this.#cluster = openCluster(driver);
  }

  /** How many partitions a topic has, by its full name. @throws CodedError CONFIG_INVALID for one that is not there, ENGINE_UNAVAILABLE */
  async partitionsOf(topic: string): Promise<number> {
    const known = this.#partitions.get(topic);
    if (known !== undefined) return known;
    return this.#guarded(async () => {
      try {
        await this.#cluster.addTargetTopic(topic);
      } catch (error) {
        const refusal = kafkaRefusal(error);
        if (refusal === 'UNKNOWN_TOPIC_OR_PARTITION' || refusal === 'INVALID_TOPIC_EXCEPTION')
          throw undeclaredTopic(topic.slice(this.address.prefix.length), error);
        throw error;
      }
      const partitions = this.#cluster.findTopicPartitionMetadata(topic).length;
      if (partitions === 0) throw undeclaredTopic(topic.slice(this.address.prefix.length));
      this.#partitions.set(topic, partitions);
      return partitions;
    });
  }

  /** The broker that leads a partition; asks for the topic at first. */
  async leaderOf(topic: string, partition: number): Promise<string> {
    await this.partitionsOf(topic);
    return this.#guarded(async () => {
      const [leader] = Object.keys(this.#cluster.findLeaderForPartitions(topic, [partition]));
      if (leader === undefined || Number(leader) < 0) {
        this.#stale = true;
        throw new CodedError(
          'ENGINE_UNAVAILABLE',
          `The partition ${topic}/${partition} has no leader for a moment.`,
        );
      }
      return leader;
    });
  }

  /** @throws CodedError ENGINE_UNAVAILABLE, or with `raw` what the driver says */
  async onNode<Answer>(nodeId: string, work: (broker: KafkaBroker) => Promise<Answer>): Promise<Answer> {
    return this.#guarded(async () => {
      const broker = (await this.#cluster.findBroker({ nodeId })) as KafkaBroker;
      return this.#asked(broker, work);
    });
  }

  async onLeader<Answer>(
    [topic, partition]: readonly [string, number],
    work: (broker: KafkaBroker) => Promise<Answer>,
  ): Promise<Answer> {
    return this.onNode(await this.leaderOf(topic, partition), work);
  }

  async onAnyNode<Answer>(work: (broker: KafkaBroker) => Promise<Answer>): Promise<Answer> {
    await this.#guarded(() => this.#cluster.refreshMetadataIfNecessary());
    const [nodeId] = this.#cluster.getNodeIds();
    return this.onNode(String(nodeId), work);
  }

  async onCoordinator<Answer>(
    groupId: string,
    work: (broker: KafkaBroker) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#guarded(async () => {
      await this.#cluster.refreshMetadataIfNecessary();
      const broker = (await this.#cluster.findGroupCoordinator({ groupId })) as KafkaBroker;
      return this.#asked(broker, work);
    });
  }

  /** The offsets of all partitions of a topic at one of its ends, or of the first records not older than a time; -1 where there are none. */
  async offsets(topic: string, at: OffsetAt): Promise<readonly number[]> {
    const count = await this.partitionsOf(topic);
    const partitions = Array.from({ length: count }, (_, partition) => ({ partition }));
    const answer: TopicOffsets[] = await this.#guarded(() =>
      this.#cluster.fetchTopicsOffset([{ topic, partitions, ...at }]),
    );
    const found = new Map(answer[0]?.partitions.map(({ partition, offset }) => [partition, offset]));
    return partitions.map(({ partition }) => offsetOf(found.get(partition) ?? '-1'));
  }

  /** Asks some broker what there is. @throws CodedError ENGINE_UNAVAILABLE */
  async ping(): Promise<void> {
    await this.#guarded(() => this.#cluster.refreshMetadata());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cluster.disconnect();
  }

  async #asked<Answer>(broker: KafkaBroker, work: (broker: KafkaBroker) => Promise<Answer>): Promise<Answer> {
    try {
      return await work(broker);
    } catch (error) {
      if (rootOf(error)?.name === 'KafkaJSRequestTimeoutError') {
        // Silence may be that of a network which drops everything: the connection is given up, not only the answer.
        this.#cluster.removeBroker(broker.connectionPool);
        broker.disconnect().catch(() => undefined);
      }
      throw error;
    }
  }

  async #guarded<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    try {
      if (this.#stale) {
        await this.#cluster.refreshMetadata();
        this.#stale = false;
      }
      return await work();
    } catch (error) {
      if (rootOf(error) !== undefined) this.#stale = true;
      throw error;
    }
  }

  /** What callers of the port see of an error. */
  coded(error: unknown): unknown {
    return codedKafkaError(error, this.address);
  }
}

/** Kafka counts in 64 bits, JavaScript exactly in 53: two hundred years at a million records a second and partition. @throws RangeError */
export function offsetOf(text: string): number {
  const offset = Number(text);
  if (!Number.isSafeInteger(offset))
    throw new RangeError(`an offset of Kafka is beyond exact numbers: ${text}`);
  return offset;
}
