import type { KafkaLink } from '../kafka/link.ts';
import type { Place } from './kafka-places.ts';
import { isOther } from './other-topic.ts';
import { readVarint, writeVarint } from './varint.ts';

/** The first version that tells of ids (Kafka 2.8, KIP-516); the driver knows older ones. */
const metadataRequest = { apiKey: 3, apiVersion: 10, apiName: 'Metadata' } as const;
const idBytes = 16;
const noId = '0'.repeat(idBytes * 2);
/** UNKNOWN_TOPIC_OR_PARTITION */
const notThere = 3;
const lookEveryMs = 5_000;

/** What brokers say of a topic that is there. */
export interface TopicFacts {
  readonly id: string;
  readonly partitions: number;
  /** Those that nobody leads at the moment. */
  readonly leaderless: readonly number[];
  /** What the user may not do with it, where that was asked. */
  readonly refused: readonly TopicRight[];
}

/** Rights on a topic, in the words of Kafka's ACLs. */
export type TopicRight = 'READ' | 'WRITE';

/** Their bits in an answer (KIP-430). */
const rightBits: readonly (readonly [TopicRight, number])[] = [
  ['READ', 1 << 3],
  ['WRITE', 1 << 4],
];
/** Where nobody asked, or the broker does not tell. */
const untoldRights = -(2 ** 31);

/** The ids that the brokers gave to topics when they were made, by full name. Topics that are not there are left out; all are where brokers give none. */
export async function topicIds(
  link: KafkaLink,
  topics: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  return idsOf(await topicFacts(link, topics));
}

function idsOf(facts: ReadonlyMap<string, TopicFacts>): ReadonlyMap<string, string> {
  return new Map([...facts].map(([topic, { id }]) => [topic, id]));
}

/** As `topicIds`, with what else the answer tells. */
export async function topicFacts(
  link: KafkaLink,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicFacts>> {
  return (await askTopics(link, topics)).facts;
}

export interface ToldTopics {
  readonly facts: ReadonlyMap<string, TopicFacts>;
  /** Those of which the brokers say that they are not there; nothing of those that the user may not see. */
  readonly missing: readonly string[];
}

/** As `topicFacts`, with those that are not there; `withRights`, also what the user may not do with each. */
export async function askTopics(
  link: KafkaLink,
  topics: readonly string[],
  withRights = false,
): Promise<ToldTopics> {
  const told = await link.onAnyNode(async ({ versions, connectionPool }) => {
    const newest = versions?.[metadataRequest.apiKey]?.maxVersion ?? 0;
    if (newest < metadataRequest.apiVersion || topics.length === 0) return { facts: new Map(), missing: [] };
    const body = Buffer.from(requestFor(topics, withRights));
    return connectionPool.send({
      request: { ...metadataRequest, encode: async () => ({ buf: body, buffer: body }) },
      response: { decode: async (answer) => answer, parse: async (answer) => toldIn(answer) },
    });
  });
  link.learnIds(idsOf(told.facts));
  return told;
}

/**
 * Metadata Request (Version: 10) => TAG_BUFFER [topics] allow_auto_topic_creation include_cluster_authorized_operations include_topic_authorized_operations TAG_BUFFER
 *   topics => topic_id name TAG_BUFFER
 * The first TAG_BUFFER is the end of the request's header, which the driver does not know.
 */
function requestFor(topics: readonly string[], withRights: boolean): number[] {
  const bytes = [0];
  writeVarint(bytes, topics.length + 1);
  for (const topic of topics) {
    const name = Buffer.from(topic, 'utf8');
    bytes.push(...Buffer.alloc(idBytes));
    writeVarint(bytes, name.length + 1);
    bytes.push(...name, 0);
  }
  bytes.push(0, 0, withRights ? 1 : 0, 0);
  return bytes;
}

interface Reading {
  readonly bytes: Buffer;
  index: number;
}

/**
 * Metadata Response (Version: 10) => TAG_BUFFER throttle_time_ms [brokers] cluster_id controller_id [topics] cluster_authorized_operations TAG_BUFFER
 *   brokers => node_id host port rack TAG_BUFFER
 *   topics => error_code name topic_id is_internal [partitions] topic_authorized_operations TAG_BUFFER
 *     partitions => error_code partition_index leader_id leader_epoch [replica_nodes] [isr_nodes] [offline_replicas] TAG_BUFFER
 */
function toldIn(answer: Buffer): ToldTopics {
  const at: Reading = { bytes: answer, index: 0 };
  const facts = new Map<string, TopicFacts>();
  const missing: string[] = [];
  skipTags(at);
  at.index += 4;
  forEach(at, () => {
    at.index += 4;
    readText(at);
    at.index += 4;
    readText(at);
    skipTags(at);
  });
  readText(at);
  at.index += 4;
  forEach(at, () => {
    const errorCode = at.bytes.readInt16BE(at.index);
    at.index += 2;
    const name = readText(at);
    const id = at.bytes.toString('hex', at.index, at.index + idBytes);
    at.index += idBytes + 1;
    let partitions = 0;
    const leaderless: number[] = [];
    forEach(at, () => {
      partitions += 1;
      if (at.bytes.readInt32BE(at.index + 6) < 0) leaderless.push(at.bytes.readInt32BE(at.index + 2));
      at.index += 14;
      for (let list = 0; list < 3; list += 1)
        forEach(at, () => {
          at.index += 4;
        });
      skipTags(at);
    });
    const rights = at.bytes.readInt32BE(at.index);
    at.index += 4;
    skipTags(at);
    const refused = rightBits.flatMap(([right, bit]) =>
      rights === untoldRights || (rights & bit) !== 0 ? [] : [right],
    );
    if (errorCode === 0 && id !== noId) facts.set(name, { id, partitions, leaderless, refused });
    else if (errorCode === notThere) missing.push(name);
  });
  return { facts, missing };
}

function forEach(at: Reading, read: () => void): void {
  for (let left = readVarint(at) - 1; left > 0; left -= 1) read();
}

function readText(at: Reading): string {
  const length = Math.max(0, readVarint(at) - 1);
  at.index += length;
  return at.bytes.toString('utf8', at.index - length, at.index);
}

function skipTags(at: Reading): void {
  for (let left = readVarint(at); left > 0; left -= 1) {
    readVarint(at);
    at.index += readVarint(at);
  }
}

/**
 * For who does not ask for ids: the partitions of a topic that is made anew are counted anew within seconds. Who reads counts those that somebody has added as well; who writes keeps
 * to those that there were, since keys would change places.
 */
export class CountWatch implements AsyncDisposable {
  readonly #link: KafkaLink;
  readonly #counts: 'added' | 'as before';
  readonly #nextMs = new Map<string, number>();
  readonly #looking = new Set<Promise<unknown>>();

  constructor(link: KafkaLink, counts: 'added' | 'as before') {
    this.#link = link;
    this.#counts = counts;
  }

  /** Looks once in a while, beside whoever calls. */
  look(topic: string): void {
    const nowMs = performance.now();
    if (nowMs < (this.#nextMs.get(topic) ?? 0)) return;
    this.#nextMs.set(topic, nowMs + lookEveryMs);
    const looking = this.#look(topic)
      .catch(() => undefined)
      .finally(() => this.#looking.delete(looking));
    this.#looking.add(looking);
  }

  async #look(topic: string): Promise<void> {
    const facts = await topicFacts(this.#link, [topic]);
    const { partitions = 0 } = facts.get(topic) ?? {};
    if (this.#counts === 'added' && partitions > (await this.#link.partitionsOf(topic)))
      this.#link.countAnew(topic);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#looking);
  }
}

export interface TopicNews {
  /** Places whose topic was made anew, each with the id of now. */
  readonly anew: ReadonlyMap<Place, string>;
  /** Topics that were missing and are there. */
  readonly come: readonly string[];
  /** Topics that have got more partitions than there were. */
  readonly grown: readonly string[];
}

const noNews: TopicNews = { anew: new Map(), come: [], grown: [] };

/** What a reader stands in. */
export interface Watched {
  readonly places: readonly Place[];
  readonly missing: readonly string[];
  /** How many partitions there were, by topic, also of those that others read. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Finds out in time when a topic is another one than the one that a reader stands in: deleted, and made anew under the same name. */
export class TopicWatch {
  readonly #link: KafkaLink;
  #nextMs = performance.now() + lookEveryMs;
  #looking: Promise<void> | undefined;
  #found: TopicNews = noNews;

  constructor(link: KafkaLink) {
    this.#link = link;
  }

  /** Something was refused: the next call looks. */
  lookSoon(): void {
    this.#nextMs = 0;
  }

  /**
   * What was found since the last call. Looks once in a while, beside whoever calls, since a broker that does not answer must not hold up what others tell; only
   * after `lookSoon` is that waited for. Places whose topic's id nobody knew get it.
   */
  async look(watched: Watched): Promise<TopicNews> {
    const isSoon = this.#nextMs === 0;
    if (this.#looking === undefined && performance.now() >= this.#nextMs) {
      this.#nextMs = performance.now() + lookEveryMs;
      this.#looking = this.#ask(watched).then((news) => {
        this.#found = news;
        this.#looking = undefined;
      });
    }
    if (isSoon) await this.#looking;
    const found = this.#found;
    this.#found = noNews;
    return found;
  }

  async #ask({ places, missing, counts }: Watched): Promise<TopicNews> {
    const names = [...new Set([...places.map(({ stored }) => stored), ...missing, ...counts.keys()])];
    // Brokers that are away are told of by who reads.
    const facts = await topicFacts(this.#link, names).catch(() => new Map<string, TopicFacts>());
    const anew = new Map<Place, string>();
    for (const place of places) {
      const id = facts.get(place.stored)?.id;
      if (id === undefined) continue;
      if (isOther(place.topicId, id)) anew.set(place, id);
      else place.topicId = id;
    }
    const grown = [...counts.keys()].filter(
      (name) => (facts.get(name)?.partitions ?? 0) > (counts.get(name) ?? 0),
    );
    for (const name of grown) this.#link.countAnew(name);
    return { anew, come: missing.filter((name) => facts.has(name)), grown };
  }
}
