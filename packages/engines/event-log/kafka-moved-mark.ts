import { heldBack, isHeldBack, isUndeclared } from '../kafka/faults.ts';
import type { KafkaLink } from '../kafka/link.ts';
import { patiently } from '../kafka/patience.ts';
import type { MovedTo } from '../outbox/older-database.ts';
import { PartitionLane } from './kafka-lane.ts';
import { fetchPlaces, type Place } from './kafka-places.ts';
import { StoredIds } from './kafka-stored-ids.ts';
import type { KafkaTopics } from './kafka-topics.ts';
import { installationTopics } from './topic-names.ts';

/** Compacted: the last one is kept, however long nothing is moved. */
const declaration = {
  name: `${installationTopics}moved`,
  partitions: 1,
  retentionMs: 3_600_000,
  cleanup: 'compact',
} as const;

/** Up to which row the outbox of the database was moved, as the log keeps it: rows of an older state of that database have lower numbers. */
export class MovedMark {
  readonly #link: KafkaLink;
  readonly #topics: KafkaTopics;
  #lane: PartitionLane | undefined;

  constructor(link: KafkaLink, topics: KafkaTopics) {
    this.#link = link;
    this.#topics = topics;
  }

  async note(row: string): Promise<void> {
    const topic = this.#name;
    try {
      if (this.#lane === undefined) await this.#topics.declare([declaration]);
      this.#lane ??= new PartitionLane({
        link: this.#link,
        topic,
        partition: 0,
        stored: new StoredIds(1),
      });
      await this.#lane.append([{ id: row, key: 'moved', value: Buffer.from(row), headers: {} }]);
    } catch (error) {
      // It may have been deleted: the next one makes it again.
      this.#lane = undefined;
      throw error;
    }
  }

  async told(): Promise<MovedTo> {
    const { setting, brokers, prefix } = this.#link.address;
    const place = `the topics ${prefix}* of the Kafka at ${brokers.join(',')}`;
    return { setting, place, mark: `the topic ${this.#name}`, row: await this.#last() };
  }

  get #name(): string {
    return this.#link.address.prefix + declaration.name;
  }

  async #last(): Promise<bigint | undefined> {
    const topic = this.#name;
    try {
      const [end = 0] = await this.#link.offsets(topic, { fromBeginning: false });
      if (end === 0) return undefined;
      const place: Place = { topic, stored: topic, partition: 0, offset: end - 1 };
      return await patiently(isHeldBack, async () => {
        const node = await this.#link.leaderOf(topic, 0);
        const [read] = await fetchPlaces(this.#link, node, { places: [place], waitMs: 0 });
        if (read === undefined) throw heldBack();
        const found = read.foreign.find(({ excerpt }) => /^\d+$/.test(excerpt));
        return found === undefined ? undefined : BigInt(found.excerpt);
      });
    } catch (error) {
      if (isUndeclared(error)) return undefined;
      throw error;
    }
  }
}
