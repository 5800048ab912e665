import type { Logger } from '@tributary/runtime';
import type { KafkaAddress } from '../kafka/address.ts';
import { withAdmin } from '../kafka/admin.ts';
import { openDriver } from '../kafka/driver.ts';
import { isLeaderless, unreachableKafka } from '../kafka/faults.ts';
import type { KafkaLink, OffsetAt } from '../kafka/link.ts';
import type { KafkaDeed } from '../kafka/refused-rights.ts';
import type { Sql } from '../relational/port.ts';
import { tellPassedOver } from './foreign-records.ts';
import { joinKafkaGroup } from './kafka-group.ts';
import { describeKafkaGroups } from './kafka-groups.ts';
import { assertNoOthers, claimKafka } from './kafka-installation.ts';
import { PartitionLane } from './kafka-lane.ts';
import { messagesByPartition } from './kafka-message.ts';
import { type KafkaOwner, type KafkaOwnerDeps, ownerOf } from './kafka-owner.ts';
import { keyOf, type Place, refusalOf } from './kafka-places.ts';
import { requireTopics, UsedTopics } from './kafka-present-topics.ts';
import { readFrom } from './kafka-read.ts';
import { StoredIds } from './kafka-stored-ids.ts';
import { startKafkaTail } from './kafka-tail.ts';
import { CountWatch, topicIds } from './kafka-topic-ids.ts';
import { KafkaTopics } from './kafka-topics.ts';
import { OpenReaders } from './open-readers.ts';
import { PartitionsAway } from './partitions-away.ts';
import type {
  ConsumeOptions,
  EventLog,
  GroupState,
  LogEvent,
  LogRecord,
  ReadRequest,
  RecordId,
  Tail,
  TailOptions,
  TopicDeclaration,
  TopicDrift,
  TopicPosition,
  TopicState,
} from './port.ts';
import { reportDrift } from './topic-drift.ts';
import { assertOwnNames } from './topic-names.ts';

/** Ids of a topic's events that a process remembers: minutes of what one relay hands over. */
const storedIdsPerTopic = 40_000;

/** The event log on Kafka 2.5 or newer, nobody else's, and no newer than the database, where it is told whose. @throws CodedError CONFIG_INVALID, ENGINE_UNAVAILABLE that names the setting, the place and what to look at */
export function openKafkaEventLog(address: KafkaAddress, log: Logger, relational?: Sql): Promise<EventLog> {
  return openOf({ address, log, claim: claimKafka }, relational);
}

/** As `openKafkaEventLog`, beside the product of that database: what is nobody's stays so. */
export function attachKafkaEventLog(address: KafkaAddress, log: Logger, relational: Sql): Promise<EventLog> {
  return openOf({ address, log, claim: assertNoOthers }, relational);
}

async function openOf(
  { address, log, claim }: Pick<KafkaOwnerDeps, 'address' | 'log' | 'claim'>,
  relational: Sql | undefined,
): Promise<EventLog> {
  const driver = await openDriver(address, log);
  const owner = await ownerOf({ driver, address, log, claim }, relational);
  const eventLog = new KafkaEventLog(owner, log);
  try {
    await eventLog.knock();
    await owner.refuseOlder(relational);
  } catch (error) {
    await eventLog[Symbol.asyncDispose]();
    throw unreachableKafka(error, address);
  }
  return eventLog;
}

class KafkaEventLog implements EventLog {
  readonly #owner: KafkaOwner;
  readonly #log: Logger;
  /** Apart from each other: a broker answers a connection in turn, and a reader may wait there. */
  readonly #writing: KafkaLink;
  readonly #reading: KafkaLink;
  /** Of either way to the brokers: each has counts of its own. */
  readonly #written: CountWatch;
  readonly #read: CountWatch;
  readonly #topics: KafkaTopics;
  readonly #lanes = new Map<string, PartitionLane>();
  readonly #stored = new Map<string, StoredIds>();
  readonly #readers = new OpenReaders();
  /** By their full names: what this process has read and written has to have leaders, and it has to be let. */
  readonly #used = new UsedTopics();

  constructor(owner: KafkaOwner, log: Logger) {
    this.#owner = owner;
    this.#log = log;
    this.#writing = owner.newLink();
    this.#reading = owner.newLink();
    this.#written = new CountWatch(this.#writing, 'as before');
    this.#read = new CountWatch(this.#reading, 'added');
    this.#topics = new KafkaTopics(owner.driver, this.#reading, log);
  }

  /** @throws what the driver says */
  async knock(): Promise<void> {
    await this.#writing.ping();
  }

  identity(): Promise<string> {
    return this.#coded(async () => {
      const { clusterId } = await withAdmin(this.#owner.driver, (admin) => admin.describeCluster());
      return `kafka:${clusterId}/${this.#owner.address.prefix}`;
    });
  }

  async declareTopics(topics: readonly TopicDeclaration[]): Promise<readonly TopicDrift[]> {
    assertOwnNames(topics);
    const drifts = await this.#topics.declare(topics);
    this.#owner.declared.add(topics);
    reportDrift(this.#log, drifts);
    return drifts;
  }

  topics(): Promise<readonly TopicState[]> {
    return this.#coded(() => this.#topics.describe());
  }

  async topicIdentity(topic: string): Promise<string | undefined> {
    const stored = this.#storedName(topic);
    const ids = await this.#coded(() => topicIds(this.#reading, [stored]), this.#deed('READ', topic));
    return ids.get(stored);
  }

  groups(): Promise<readonly GroupState[]> {
    return this.#coded(() => describeKafkaGroups(this.#owner.driver, this.#reading));
  }

  async append(topic: string, events: readonly LogEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#coded(
      async () => {
        const partitions = await this.#writing.partitionsOf(this.#storedName(topic));
        this.#written.look(this.#storedName(topic));
        this.#used.add(this.#storedName(topic), 'WRITE');
        const byPartition = messagesByPartition(events, partitions);
        const appends = [...byPartition].map(([partition, messages]) =>
          this.#lane(topic, partition).append(messages),
        );
        const outcomes = await Promise.allSettled(appends);
        const reasons = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
        const [first] = reasons;
        if (first === undefined) return;
        if (!reasons.every(isLeaderless)) throw reasons.find((reason) => !isLeaderless(reason));
        const away = [...byPartition.keys()].filter((_, at) => outcomes[at]?.status === 'rejected');
        throw new PartitionsAway(away, { of: partitions, cause: first });
      },
      this.#deed('WRITE', topic),
    );
  }

  noteMoved(row: string): Promise<void> {
    return this.#coded(() => this.#owner.moved.note(row));
  }

  async read({ topic, partition, fromOffset, limit }: ReadRequest): Promise<readonly LogRecord[]> {
    return this.#coded(
      async () => {
        const place: Place = { topic, stored: this.#storedName(topic), partition, offset: fromOffset };
        return readFrom({ link: this.#reading, log: this.#log }, place, limit);
      },
      this.#deed('READ', topic),
    );
  }

  async ids(request: ReadRequest): Promise<readonly RecordId[]> {
    return (await this.read(request)).map(({ offset, event: { id } }) => ({ offset, id }));
  }

  end(topic: string): Promise<TopicPosition> {
    return this.#position(topic, { fromBeginning: false });
  }

  beginning(topic: string): Promise<TopicPosition> {
    return this.#position(topic, { fromBeginning: true });
  }

  async positionAt(topic: string, timeMs: number): Promise<TopicPosition> {
    const found = await this.#position(topic, { fromTimestamp: Math.max(0, Math.ceil(timeMs)) });
    if (!found.includes(-1)) return found;
    const end = await this.end(topic);
    return found.map((offset, partition) => (offset === -1 ? (end[partition] ?? 0) : offset));
  }

  async tail(options: TailOptions): Promise<Tail> {
    const places: Place[] = [];
    const startedAt: Record<string, TopicPosition> = {};
    const topics = [...new Set(options.topics)];
    // Before any position: whichever is of another topic is found out then.
    const stored = topics.map((topic) => this.#storedName(topic));
    const ids = await this.#coded(() => topicIds(this.#reading, stored));
    for (const topic of topics) {
      const end = await this.end(topic);
      const from = options.from?.[topic];
      // Partitions that have been added since are read from their beginning.
      const others = from === undefined || from.length >= end.length ? end : await this.beginning(topic);
      const position = end.map((_, partition) => from?.[partition] ?? others[partition] ?? 0);
      const ours = position.map((offset, partition) => ({
        topic,
        stored: this.#storedName(topic),
        partition,
        offset,
        topicId: ids.get(this.#storedName(topic)),
      }));
      if (from !== undefined) await this.#check(topic, ours, end);
      startedAt[topic] = position;
      places.push(...ours);
    }
    const link = this.#owner.newLink();
    const reader = startKafkaTail({ link, places, log: this.#log }, options);
    return { ...this.#readers.track(reader), startedAt };
  }

  async consume(options: ConsumeOptions): Promise<AsyncDisposable> {
    const topics = [...new Set(options.topics)].map((topic) => ({ topic, stored: this.#storedName(topic) }));
    for (const { topic, stored } of topics)
      await this.#coded(() => this.#reading.partitionsOf(stored), this.#deed('READ', topic));
    for (const { stored } of topics) this.#used.add(stored, 'READ');
    const group = this.#storedName(options.group);
    const link = this.#owner.newLink();
    try {
      const onForeign: ConsumeOptions['onForeign'] = async (records) => tellPassedOver(this.#log, records);
      return this.#readers.track(
        await joinKafkaGroup(
          { link, log: this.#log, topics, group, onTrouble: options.onTrouble },
          { onForeign, ...options },
        ),
      );
    } catch (error) {
      await link[Symbol.asyncDispose]();
      throw link.coded(error, { operation: 'READ', on: 'group', name: group });
    }
  }

  ping(): Promise<void> {
    return this.#coded(async () => {
      await this.#writing.ping();
      await requireTopics(this.#writing, { used: this.#used.rights, declared: this.#owner.declared.names });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#readers[Symbol.asyncDispose]();
    await Promise.all([this.#written, this.#read].map((watch) => watch[Symbol.asyncDispose]()));
    await Promise.all([this.#writing, this.#reading, this.#owner].map((each) => each[Symbol.asyncDispose]()));
  }

  #lane(topic: string, partition: number): PartitionLane {
    const stored = this.#storedName(topic);
    const found = this.#lanes.get(keyOf(stored, partition));
    if (found !== undefined) return found;
    const ids = this.#stored.get(stored) ?? new StoredIds(storedIdsPerTopic);
    this.#stored.set(stored, ids);
    const lane = new PartitionLane({ link: this.#writing, topic: stored, partition, stored: ids });
    this.#lanes.set(keyOf(stored, partition), lane);
    return lane;
  }

  #position(topic: string, at: OffsetAt): Promise<TopicPosition> {
    const stored = this.#storedName(topic);
    this.#read.look(stored);
    return this.#coded(
      async () => {
        await this.#reading.partitionsOf(stored);
        this.#used.add(stored, 'READ');
        return this.#reading.offsets(stored, at);
      },
      this.#deed('READ', topic),
    );
  }

  async #check(topic: string, places: readonly Place[], ends: TopicPosition): Promise<void> {
    const beginnings = await this.beginning(topic);
    for (const place of places) {
      const [beginning = 0, end = 0] = [beginnings[place.partition], ends[place.partition]];
      const refusal = refusalOf(place, { beginning, end });
      if (refusal !== undefined) throw refusal;
    }
  }

  #storedName(name: string): string {
    return this.#owner.address.prefix + name;
  }

  #deed(operation: 'READ' | 'WRITE', topic: string): KafkaDeed {
    return { operation, on: 'topic', name: this.#storedName(topic) };
  }

  async #coded<Answer>(work: () => Promise<Answer>, deed?: KafkaDeed): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      throw this.#reading.coded(error, deed);
    }
  }
}
