import { setTimeout as delay } from 'node:timers/promises';
import { isLeaderless, isPassing, kafkaRefusal } from '../kafka/faults.ts';
import type { KafkaLink } from '../kafka/link.ts';
import type { StoredIds } from './kafka-stored-ids.ts';

/** What a broker takes in one batch, by default a megabyte with what it adds. */
const batchBytes = 900_000;
const batchMessages = 2_000;
const retryEveryMs = 100;

export interface Message {
  readonly id: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

interface Chunk {
  readonly messages: readonly Message[];
  readonly sizeBytes: number;
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

/** A batch whose outcome is unknown, with the number its first record had. */
interface Doubt {
  readonly messages: readonly Message[];
}

export interface Producer {
  readonly producerId: string;
  readonly producerEpoch: number;
}

export interface LaneDeps {
  readonly link: KafkaLink;
  readonly topic: string;
  readonly partition: number;
  readonly stored: StoredIds;
}

/** Refusals after which a batch may be stored all the same. */
const unclear = new Set(['REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'UNKNOWN']);
/** The broker knows this producer, or its numbers, no more. */
const forgotten = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]);
/** Refusals of what is sent, whatever the broker has of it: it will say the same again. */
const unfit = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);

/**
 * Writes one partition in order, one batch at a time; what comes meanwhile goes into the next one. Records are numbered, and a batch whose outcome is
 * unknown is sent again with its numbers before anything else, so that the broker leaves out what it has (KIP-98): nothing is stored twice, nothing
 * takes the numbers of something else, and the order holds.
 */
export class PartitionLane {
  readonly #deps: LaneDeps;
  #waiting: Chunk[] = [];
  #isWorking = false;
  #producer: Producer | undefined;
  #sequence = 0;
  #doubt: Doubt | undefined;
  /** Somebody has waited for a leader in vain: who comes next need not wait as long again. */
  #isLeaderless = false;

  constructor(deps: LaneDeps) {
    this.#deps = deps;
  }

  /** Resolves when all are stored. @throws what the driver says; nothing is then acknowledged */
  async append(messages: readonly Message[]): Promise<void> {
    const chunks = cut(messages).map(
      (part) =>
        new Promise<void>((stored, failed) => {
          const sizeBytes = part.reduce((sum, message) => sum + sizeOf(message), 0);
          this.#waiting.push({ messages: part, sizeBytes, stored, failed });
        }),
    );
    if (!this.#isWorking) void this.#work();
    const outcomes = await Promise.allSettled(chunks);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Never throws. Its last look at what waits and its end are one step: whoever comes in between would wait for ever. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#waiting.length > 0) {
      let taken: Chunk[] = [];
      try {
        if (this.#doubt !== undefined) await this.#settleDoubt(this.#doubt);
        taken = this.#take();
        const ids = new Set<string>();
        const fresh = taken
          .flatMap(({ messages }) => messages)
          .filter(({ id }) => !this.#deps.stored.has(id) && !ids.has(id) && ids.add(id));
        if (fresh.length > 0) await this.#store(fresh);
        for (const { stored } of taken) stored();
      } catch (error) {
        // What waits behind is refused as well: its turn must not come before that of what failed.
        const refused = [...taken, ...this.#waiting];
        this.#waiting = [];
        for (const { failed } of refused) failed(error);
      }
    }
    this.#isWorking = false;
  }

  /** Its own callers were refused already; those who wait now are refused only while it is still in doubt. */
  async #settleDoubt({ messages }: Doubt): Promise<void> {
    try {
      await this.#store(messages);
    } catch (error) {
      if (this.#doubt !== undefined) throw error;
    }
  }

  #take(): Chunk[] {
    let [bytes, messages, count] = [0, 0, 0];
    for (const chunk of this.#waiting) {
      bytes += chunk.sizeBytes;
      messages += chunk.messages.length;
      if (count > 0 && (bytes > batchBytes || messages > batchMessages)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #store(messages: readonly Message[]): Promise<void> {
    const { link, stored } = this.#deps;
    const lastTryMs = performance.now() + link.address.timeoutMs;
    for (;;) {
      try {
        await this.#send(messages);
        break;
      } catch (error) {
        const refusal = kafkaRefusal(error);
        if (refusal === 'DUPLICATE_SEQUENCE_NUMBER') break;
        if (refusal !== undefined && forgotten.has(refusal)) this.#producer = undefined;
        else if (isLeaderless(error)) {
          // There was nobody to send it to: what was in doubt stays so, and nothing else is.
          if (this.#isLeaderless) throw error;
        } else if (refusal === undefined || unclear.has(refusal)) this.#doubt = { messages };
        else if (!isPassing(error)) {
          if (refusal !== undefined && unfit.has(refusal)) this.#letDoubtBe();
          throw error;
        }
        if (performance.now() >= lastTryMs) {
          this.#isLeaderless = isLeaderless(error);
          throw error;
        }
        await delay(retryEveryMs);
      }
    }
    this.#isLeaderless = false;
    this.#doubt = undefined;
    this.#sequence = (this.#sequence + messages.length) % 2 ** 31;
    for (const { id } of messages) stored.add(id);
  }

  /** Nobody will ever know whether the broker has it, and what comes later need not wait for that: under other numbers, which it cannot take for those. */
  #letDoubtBe(): void {
    if (this.#doubt === undefined) return;
    this.#doubt = undefined;
    this.#producer = undefined;
  }

  async #send(messages: readonly Message[]): Promise<void> {
    const { link, topic, partition } = this.#deps;
    if (this.#producer === undefined) {
      this.#producer = await link.onAnyNode((broker) =>
        broker.initProducerId({ transactionTimeout: 60_000 }),
      );
      this.#sequence = 0;
    }
    const { producerId, producerEpoch } = this.#producer;
    const firstSequence = this.#sequence;
    const records = messages.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } }));
    await link.onLeader([topic, partition], (broker) =>
      broker.produce({
        acks: -1,
        timeout: link.address.timeoutMs,
        // Numbers of 64 bits travel as text; the driver's types know numbers alone.
        producerId: producerId as unknown as number,
        producerEpoch,
        topicData: [{ topic, partitions: [{ partition, firstSequence, messages: records }] }],
      }),
    );
  }
}

function cut(messages: readonly Message[]): Message[][] {
  const parts: Message[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = sizeOf(message);
    const last = parts.at(-1);
    if (last === undefined || last.length >= batchMessages || bytes + size > batchBytes) {
      parts.push([message]);
      bytes = size;
    } else {
      last.push(message);
      bytes += size;
    }
  }
  return parts;
}

/** A record's own fields take some 30 bytes beside what it carries, its header 60. */
function sizeOf({ key, value }: Message): number {
  return value.length + key.length * 3 + 90;
}
