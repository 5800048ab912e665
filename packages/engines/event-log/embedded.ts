import { type Logger, newId } from '@tributary/runtime';
import type { Relational } from '../relational/port.ts';
import { type AppendTarget, appendEvents, moveEvents, stepsOf, writtenEvents } from './embedded-append.ts';
import { GroupConsumer } from './embedded-consumer.ts';
import { GroupSeat } from './embedded-group.ts';
import { readGroups, readIdentity, readTopics } from './embedded-inspection.ts';
import { RecentRecords } from './embedded-recent.ts';
import { assertReadable, type RecordStore, readIds, readPlaces } from './embedded-records.ts';
import { startTrimming } from './embedded-retention.ts';
import { createEventLogSchema } from './embedded-schema.ts';
import { startTail } from './embedded-tail.ts';
import { type Topic, TopicCatalogue } from './embedded-topics.ts';
import { Wake } from './embedded-wake.ts';
import { OpenReaders } from './open-readers.ts';
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
  WaitingEvent,
} from './port.ts';
import { reportDrift } from './topic-drift.ts';

type Bound = 'first_offset' | 'next_offset';

export interface EmbeddedLogDeps {
  readonly relational: Relational;
  readonly log: Logger;
  /** False for whoever looks at another process's log: makes no tables and trims nothing. */
  readonly upkeep: boolean;
}

/** An event log in tables of a PostgreSQL that the caller owns (and closes after this). With `upkeep` it creates its schema. */
export async function openEmbeddedEventLog(deps: EmbeddedLogDeps): Promise<EventLog> {
  if (deps.upkeep) await createEventLogSchema(deps.relational);
  return new EmbeddedEventLog(deps);
}

class EmbeddedEventLog implements EventLog {
  readonly #relational: Relational;
  readonly #store: RecordStore;
  readonly #recent = new RecentRecords();
  readonly #topics: TopicCatalogue;
  readonly #recordsWake: Wake;
  readonly #membersWake: Wake;
  readonly #log: Logger;
  readonly #trimming: AsyncDisposable | undefined;
  readonly #readers = new OpenReaders();

  constructor({ relational, log, upkeep }: EmbeddedLogDeps) {
    this.#log = log;
    this.#relational = relational;
    this.#store = { sql: relational, recent: this.#recent };
    this.#topics = new TopicCatalogue(relational);
    this.#recordsWake = new Wake(relational, 'event_log_records', log);
    this.#membersWake = new Wake(relational, 'event_log_members', log);
    this.#trimming = upkeep ? startTrimming(relational, log) : undefined;
  }

  identity(): Promise<string> {
    return readIdentity(this.#relational);
  }

  async declareTopics(topics: readonly TopicDeclaration[]): Promise<readonly TopicDrift[]> {
    const drifts = await this.#topics.declare(topics);
    reportDrift(this.#log, drifts);
    return drifts;
  }

  topics(): Promise<readonly TopicState[]> {
    return readTopics(this.#relational);
  }

  async topicIdentity(topic: string): Promise<string> {
    return String((await this.#topics.get(topic)).id);
  }

  groups(): Promise<readonly GroupState[]> {
    return readGroups(this.#relational);
  }

  get ownOutbox(): string {
    return this.#relational.url;
  }

  async append(topicName: string, events: readonly LogEvent[]): Promise<void> {
    if (events.length > 0) await this.#inSteps(topicName, writtenEvents(events), appendEvents);
  }

  async move(topicName: string, waiting: readonly WaitingEvent[]): Promise<number> {
    return waiting.length === 0 ? 0 : this.#inSteps(topicName, waiting, moveEvents);
  }

  async read(request: ReadRequest): Promise<readonly LogRecord[]> {
    const topic = await this.#topics.get(request.topic);
    const place = { topic, partition: request.partition, fromOffset: request.fromOffset };
    const [found] = await readPlaces(this.#store, [place], { limit: request.limit, all: true });
    if (found === undefined) return [];
    assertReadable(found);
    return found.records;
  }

  async ids({ topic, partition, fromOffset, limit }: ReadRequest): Promise<readonly RecordId[]> {
    return readIds(this.#relational, { topic: await this.#topics.get(topic), partition, fromOffset }, limit);
  }

  async end(topicName: string): Promise<TopicPosition> {
    return this.#position(await this.#topics.get(topicName), 'next_offset');
  }

  async beginning(topicName: string): Promise<TopicPosition> {
    return this.#position(await this.#topics.get(topicName), 'first_offset');
  }

  async positionAt(topicName: string, timeMs: number): Promise<TopicPosition> {
    const topic = await this.#topics.get(topicName);
    // Times grow with offsets, so the newest older record marks the place; searched from the end, where the times asked for mostly lie.
    const { rows } = await this.#relational.query<{ offset: string }>(
      `SELECT coalesce((
         SELECT record_offset + 1 FROM event_log.record r
         WHERE r.topic_id = p.topic_id AND r.partition = p.partition AND r.timestamp_ms < $2
         ORDER BY record_offset DESC LIMIT 1), p.first_offset) AS "offset"
       FROM event_log.partition p WHERE p.topic_id = $1 ORDER BY p.partition`,
      [topic.id, Math.ceil(timeMs)],
    );
    return rows.map(({ offset }) => Number(offset));
  }

  async tail(options: TailOptions): Promise<Tail> {
    const topics = await this.#topics.getAll(options.topics);
    await this.#recordsWake.listen();
    const startedAt: Record<string, TopicPosition> = {};
    for (const topic of topics) {
      const from = options.from?.[topic.name];
      startedAt[topic.name] =
        from === undefined ? await this.#position(topic, 'next_offset') : await this.#checked(topic, from);
    }
    const alarm = this.#recordsWake.alarm(topics.map(({ id }) => id));
    const tail = startTail({ store: this.#store, topics, startedAt, alarm }, options);
    return { ...this.#readers.track(tail), startedAt };
  }

  async consume(options: ConsumeOptions): Promise<AsyncDisposable> {
    const topics = await this.#topics.getAll(options.topics);
    await Promise.all([this.#recordsWake.listen(), this.#membersWake.listen()]);
    const memberId = newId();
    const seat = new GroupSeat(this.#relational, options.group, { id: memberId, topics });
    const deps = { store: this.#store, seat, memberId, topics, membersWake: this.#membersWake };
    const records = this.#recordsWake.alarm(topics.map(({ id }) => id));
    const alarms = { records, members: this.#membersWake.alarm() };
    try {
      return this.#readers.track(await GroupConsumer.join({ ...deps, ...alarms }, options));
    } catch (error) {
      for (const alarm of Object.values(alarms)) alarm[Symbol.dispose]();
      throw error;
    }
  }

  ping(): Promise<void> {
    return this.#relational.ping();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#readers[Symbol.asyncDispose]();
    await this.#trimming?.[Symbol.asyncDispose]();
    this.#recent[Symbol.dispose]();
    await Promise.all([this.#recordsWake[Symbol.asyncDispose](), this.#membersWake[Symbol.asyncDispose]()]);
  }

  async #inSteps<Item extends { readonly sizeBytes?: number }>(
    topicName: string,
    items: Iterable<Item>,
    take: (target: AppendTarget, step: readonly Item[]) => Promise<number>,
  ): Promise<number> {
    const topic = await this.#topics.get(topicName);
    const recent = this.#readers.isEmpty ? undefined : this.#recent;
    let all = 0;
    for (const step of stepsOf(items)) {
      const added = await take({ sql: this.#relational, topic, recent }, step);
      all += added;
      if (added > 0) this.#recordsWake.signal(topic.id);
    }
    return all;
  }

  async #position(topic: Topic, bound: Bound): Promise<TopicPosition> {
    const { rows } = await this.#relational.query<{ offset: string }>(
      `SELECT ${bound} AS "offset" FROM event_log.partition WHERE topic_id = $1 ORDER BY partition`,
      [topic.id],
    );
    return rows.map(({ offset }) => Number(offset));
  }

  /** A given position, filled up for partitions it does not name, refused where the log cannot go on from it. */
  async #checked(topic: Topic, from: TopicPosition): Promise<TopicPosition> {
    const now = await this.#position(topic, 'next_offset');
    const filled = now.map((end, partition) => from[partition] ?? end);
    const places = filled.map((fromOffset, partition) => ({ topic, partition, fromOffset }));
    for (const read of await readPlaces(this.#store, places, { limit: 0, all: true })) assertReadable(read);
    return filled;
  }
}
