import type { Logger } from '@tributary/runtime';
import { CodedError } from '@tributary/runtime';
import type { Kafka } from 'kafkajs';
import { KafkaTopics } from '../event-log/kafka-topics.ts';
import type { KafkaAddress } from '../kafka/address.ts';
import { withAdmin } from '../kafka/admin.ts';
import { codedKafkaError, kafkaRefusal } from '../kafka/faults.ts';
import { KafkaLink, offsetOf } from '../kafka/link.ts';

const answerBytes = 8 * 1024 * 1024;
const readCommitted = 1;
/** Records, and bytes of them, that are added up at once; a transaction beyond is taken in parts, and whole again with the last of them. */
const maxRecords = 200_000;
const maxBytes = 64 * 1024 * 1024;
/** What a product that is away this long left unread is computed again from the log itself (`committed` answers nothing then). */
const retentionMs = 7 * 86_400_000;
/** Kafka protocol: the key of a control record is its version and its type, 0 for ABORT. */
const abortMarker = Buffer.from([0, 0, 0, 0]);

interface Message {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly isControlRecord?: boolean;
  readonly batchContext: { readonly producerId: string };
}

interface FetchedPartition {
  readonly lastStableOffset: string;
  readonly abortedTransactions:
    | readonly { readonly producerId: string; readonly firstOffset: string }[]
    | null;
  readonly messages: readonly Message[];
}

export interface CommittedRecords {
  readonly values: readonly Buffer[];
  readonly nextOffset: number;
  /** Whether all transactions in it are whole: nothing that is committed was left behind. */
  readonly whole: boolean;
}

/** Topics of one partition that a job writes in transactions. */
export class ResultsTopics {
  readonly #driver: Kafka;
  readonly #address: KafkaAddress;
  readonly #log: Logger;

  constructor(driver: Kafka, address: KafkaAddress, log: Logger) {
    this.#driver = driver;
    this.#address = address;
    this.#log = log;
  }

  /** The topic's full name. */
  stored(name: string): string {
    return this.#address.prefix + name;
  }

  async create(name: string): Promise<void> {
    await using link = new KafkaLink(this.#driver, this.#address);
    await new KafkaTopics(this.#driver, link, this.#log).declare([{ name, partitions: 1, retentionMs }]);
  }

  /** The names of topics that begin so. @throws CodedError CONFIG_INVALID for a right that is missing, ENGINE_UNAVAILABLE */
  async list(beginning: string): Promise<readonly string[]> {
    const { prefix } = this.#address;
    const all = await this.#coded(() => withAdmin(this.#driver, (admin) => admin.listTopics()), 'DESCRIBE');
    return all.flatMap((topic) => (topic.startsWith(prefix + beginning) ? [topic.slice(prefix.length)] : []));
  }

  /** One that is gone already is no fault. @throws as `list` */
  async delete(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const topics = names.map((name) => this.stored(name));
    const deleting = async (): Promise<void> => {
      try {
        await withAdmin(this.#driver, (admin) => admin.deleteTopics({ topics }));
      } catch (error) {
        if (kafkaRefusal(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
      }
    };
    await this.#coded(deleting, 'DELETE');
  }

  async #coded<Answer>(work: () => Promise<Answer>, operation: string): Promise<Answer> {
    try {
      return await work();
    } catch (error) {
      throw codedKafkaError(error, this.#address, { operation, on: 'topic', name: this.stored('*') });
    }
  }

  open(name: string): ResultsTopic {
    return new ResultsTopic(new KafkaLink(this.#driver, this.#address), this.stored(name));
  }
}

/** Reads one topic over connections of its own. */
export class ResultsTopic implements AsyncDisposable {
  readonly #link: KafkaLink;
  readonly #topic: string;

  constructor(link: KafkaLink, topic: string) {
    this.#link = link;
    this.#topic = topic;
  }

  /**
   * All that was committed from an offset on; waits `waitMs` for something. What is below the last stable offset is decided, and a job's transactions follow
   * each other, so what ends there is whole transactions. Undefined where the topic begins after that offset, or ends before it: what lay there was not kept.
   * @throws CodedError CONFIG_INVALID for a right that is missing, ENGINE_UNAVAILABLE
   */
  async committed(fromOffset: number, waitMs: number): Promise<CommittedRecords | undefined> {
    try {
      return await this.#committed(fromOffset, waitMs);
    } catch (error) {
      if (kafkaRefusal(error) === 'OFFSET_OUT_OF_RANGE') return undefined;
      throw this.#link.coded(error, { operation: 'READ', on: 'topic', name: this.#topic });
    }
  }

  async #committed(fromOffset: number, waitMs: number): Promise<CommittedRecords> {
    const values: Buffer[] = [];
    let bytes = 0;
    let offset = fromOffset;
    if (!(await this.#exists())) return { values, nextOffset: offset, whole: true };
    for (;;) {
      const fetched = await this.#fetch(offset, offset === fromOffset ? waitMs : 0);
      const found = withoutAborted(fetched, offset);
      values.push(...found);
      bytes += found.reduce((sum, { length }) => sum + length, 0);
      const last = fetched.messages.at(-1);
      if (last !== undefined) offset = Math.max(offset, offsetOf(last.offset) + 1);
      if (offset >= offsetOf(fetched.lastStableOffset)) return { values, nextOffset: offset, whole: true };
      if (values.length >= maxRecords || bytes >= maxBytes || last === undefined)
        return { values, nextOffset: offset, whole: false };
    }
  }

  /** Not when whoever stored the generation died before it made the topic. */
  async #exists(): Promise<boolean> {
    try {
      return (await this.#link.partitionsOf(this.#topic)) > 0;
    } catch (error) {
      if (error instanceof CodedError && error.code === 'CONFIG_INVALID') return false;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#link[Symbol.asyncDispose]();
  }

  async #fetch(offset: number, waitMs: number): Promise<FetchedPartition> {
    const answer = (await this.#link.onLeader([this.#topic, 0], (broker) =>
      broker.fetch({
        isolationLevel: readCommitted,
        maxWaitTime: waitMs,
        minBytes: 1,
        maxBytes: answerBytes,
        topics: [
          {
            topic: this.#topic,
            partitions: [{ partition: 0, fetchOffset: String(offset), maxBytes: answerBytes }],
          },
        ],
      }),
    )) as { readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[] };
    const partition = answer.responses[0]?.partitions[0];
    if (partition === undefined)
      throw new TypeError('a broker answered nothing about the partition it was asked for');
    return partition;
  }
}

/** KIP-98: an aborted transaction reaches from its first offset to the ABORT marker of its producer. */
function withoutAborted(
  { abortedTransactions, messages }: FetchedPartition,
  from: number,
): readonly Buffer[] {
  const aborted = [...(abortedTransactions ?? [])].sort(
    (a, b) => offsetOf(a.firstOffset) - offsetOf(b.firstOffset),
  );
  const open = new Set<string>();
  return messages.flatMap(({ offset, key, value, isControlRecord, batchContext: { producerId } }) => {
    while (aborted[0] !== undefined && offsetOf(aborted[0].firstOffset) <= offsetOf(offset))
      open.add(aborted.shift()?.producerId ?? '');
    if (isControlRecord === true) {
      if (key?.equals(abortMarker) === true) open.delete(producerId);
      return [];
    }
    return value === null || offsetOf(offset) < from || open.has(producerId) ? [] : [value];
  });
}
