import type { EventLog, LogRecord, Tail, TopicPosition } from '@tributary/engines/event-log';
import { type CursorCodec, cursorIdentity } from '@tributary/engines/event-log/cursor';
import { CodedError, type Logger, tellTrouble } from '@tributary/runtime';
import { CandidateIndex, type Interest } from './candidate-index.ts';
import { type LogPage, LogPages } from './log-pages.ts';
import { isPast, reaches } from './log-position.ts';
import { type RecentBounds, RecentRecords } from './recent-records.ts';

export interface LogHubOptions {
  readonly log: EventLog;
  readonly cursors: CursorCodec;
  readonly logger: Logger;
  /** What is kept in memory per topic for subscribers that were away for a moment. */
  readonly recent: RecentBounds;
  /** Records per partition and read when a subscriber catches up from the log. */
  readonly pageSize: number;
}

/** A record, its size as JSON, and what makes (once per record) the cursor right after it. */
export interface HeardRecord {
  readonly record: LogRecord;
  readonly sizeBytes: number;
  readonly cursor: () => string;
}

/** Called in log order with each record its interest may concern. */
export type RecordListener = (heard: HeardRecord) => void;

interface TopicState {
  /** Cursors name it. */
  readonly identity: string | undefined;
  readonly position: number[];
  readonly recent: RecentRecords;
  readonly listeners: CandidateIndex<RecordListener>;
}

/** Reads the log once for the whole process and hands each record to those it may concern. */
export class LogHub implements AsyncDisposable {
  readonly #options: LogHubOptions;
  readonly #topics = new Map<string, TopicState>();
  readonly #following = new Map<string, Promise<void>>();
  readonly #tails: Tail[] = [];
  /** Where topics end, asked for those who want to know in this turn. */
  readonly #ends = new Map<string, Promise<TopicPosition>>();
  #waiting: (() => void)[] = [];

  constructor(options: LogHubOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the position of each topic is fixed: from then on nothing is missed. Topics are followed together, by one tail; those
   * that a new schema brings get one of their own. @throws CodedError ENGINE_UNAVAILABLE
   */
  async follow(topics: Iterable<string>): Promise<void> {
    const wanted = [...new Set(topics)];
    const unknown = wanted.filter((topic) => !this.#following.has(topic));
    if (unknown.length > 0) {
      const started = this.#start(unknown);
      for (const topic of unknown) this.#following.set(topic, started);
      started.catch(() => {
        for (const topic of unknown) this.#following.delete(topic);
      });
    }
    await Promise.all(wanted.map((topic) => this.#following.get(topic)));
  }

  /** The position after the last record handed out. */
  position(topic: string): TopicPosition {
    return [...this.#topic(topic).position];
  }

  cursorAt(topic: string, position: TopicPosition): string {
    return this.#options.cursors.encode({ [topic]: position }, { [topic]: this.#topic(topic).identity });
  }

  /**
   * The position a cursor stands for, proven to be on this log and still kept.
   * @throws CodedError CURSOR_INVALID, or CURSOR_EXPIRED when the log no longer has what follows.
   */
  async positionOf(topic: string, cursor: string): Promise<TopicPosition> {
    const decoded = this.#options.cursors.decode(cursor);
    const told = Object.hasOwn(decoded, topic) ? decoded[topic] : undefined;
    const { position: now, identity } = this.#topic(topic);
    if (told === undefined) throw invalidCursor();
    if (!this.#options.cursors.mayBeOf(cursor, topic, identity)) await this.#refuseOther(topic, cursor);
    // Of partitions that somebody has added to its topic a cursor knows nothing: all that is in them came later.
    const isOlder = told.length < now.length && this.#options.cursors.isOf(cursor, topic, identity);
    if (told.length !== now.length && !isOlder) throw invalidCursor();
    const position = now.map((_, partition) => told[partition] ?? 0);
    if (this.#topic(topic).recent.after(position) !== undefined && reaches(now, position)) return position;
    // Another replica may be ahead of this one, but nobody can be ahead of the log.
    if (!reaches(now, position) && !reaches(await this.#end(topic), position)) throw invalidCursor();
    if (!reaches(position, await this.#options.log.beginning(topic))) {
      throw new CodedError('CURSOR_EXPIRED', 'The log no longer keeps what followed this cursor.');
    }
    return position;
  }

  /** @throws CodedError CURSOR_INVALID, or ENGINE_UNAVAILABLE for one of the topic of now, which this process does not follow yet */
  async #refuseOther(topic: string, cursor: string): Promise<never> {
    const { cursors, log } = this.#options;
    if (!cursors.mayBeOf(cursor, topic, await cursorIdentity(log, topic))) throw invalidCursor();
    throw new CodedError('ENGINE_UNAVAILABLE', `The topic ${topic} was made anew a moment ago.`);
  }

  /** False while this process has not seen all that lies before `position` (a cursor from a faster replica). */
  hasReached(topic: string, position: TopicPosition): boolean {
    return reaches(this.#topic(topic).position, position);
  }

  /** What followed a position, up to now, from memory; undefined when it is too long ago. */
  recentAfter(topic: string, position: TopicPosition): LogPage | undefined {
    const { recent, position: now } = this.#topic(topic);
    if (reaches(position, now)) return { records: [], through: [...now] };
    const records = recent.after(position);
    return records && { records, through: [...now] };
  }

  /** What followed a position, up to now, from the log. */
  pagesAfter(topic: string, from: TopicPosition): LogPages {
    const { log, pageSize } = this.#options;
    return new LogPages(log, { topic, from, until: this.position(topic), pageSize });
  }

  /**
   * Resolves when further records have been handed out.
   * @throws CodedError CURSOR_INVALID for a position that the log has not reached: it is of a topic that was made anew since
   */
  async advanced(topic: string, position: TopicPosition): Promise<void> {
    const further = new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (!reaches(await this.#end(topic), position)) throw invalidCursor();
    await further;
  }

  listen(topic: string, interest: Interest, listener: RecordListener): Disposable {
    const { listeners } = this.#topic(topic);
    listeners.add(interest, listener);
    return { [Symbol.dispose]: () => listeners.remove(interest, listener) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#tails.map((tail) => tail[Symbol.asyncDispose]()));
    this.#wake();
  }

  /** Asked when this turn is over, once for all who ask in it: never older than their question. */
  #end(topic: string): Promise<TopicPosition> {
    const asked =
      this.#ends.get(topic) ??
      new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.#ends.delete(topic);
        return this.#options.log.end(topic);
      });
    this.#ends.set(topic, asked);
    return asked;
  }

  async #start(topics: readonly string[]): Promise<void> {
    const { log, logger } = this.#options;
    // The tail may hand out its first records before it says where it started.
    let early: LogRecord[] | undefined = [];
    const movedEarly = new Map<string, TopicPosition>();
    const identities = new Map<string, string | undefined>();
    // Before any position: cursors of a topic that is made anew in between are refused, and never taken for those of the new one.
    for (const topic of topics) identities.set(topic, await cursorIdentity(log, topic));
    const tail = await log.tail({
      topics,
      onRecords: (records) => {
        if (early === undefined) this.#handOutAll(records);
        else early.push(...records);
      },
      onTrouble: tellTrouble({
        log: logger,
        message: 'the log cannot be read at the moment',
        over: 'the log can be read again',
      }),
      onMoved: async (topic, position) => {
        const identity = await cursorIdentity(log, topic);
        if (early === undefined) return this.#begin(topic, position, identity);
        identities.set(topic, identity);
        movedEarly.set(topic, position);
        // Of the topic as it was: its offsets say nothing of the one there is.
        early = early.filter((record) => record.topic !== topic);
      },
    });
    this.#tails.push(tail);
    for (const topic of topics) {
      const startedAt = movedEarly.get(topic) ?? tail.startedAt[topic];
      if (startedAt === undefined)
        throw new CodedError('ENGINE_UNAVAILABLE', `The log has no topic ${topic}.`);
      this.#begin(topic, startedAt, identities.get(topic));
    }
    const held = early;
    early = undefined;
    this.#handOutAll(held);
  }

  /** Also in a topic that was made anew: who listens goes on, whatever the offsets were before. */
  #begin(topic: string, position: TopicPosition, identity: string | undefined): void {
    const { listeners = new CandidateIndex<RecordListener>() } = this.#topics.get(topic) ?? {};
    const recent = new RecentRecords(position, this.#options.recent);
    this.#topics.set(topic, { identity, position: [...position], recent, listeners });
    this.#wake();
  }

  #handOutAll(records: readonly LogRecord[]): void {
    for (const record of records) this.#handOut(record);
    if (records.length > 0) this.#wake();
  }

  #handOut(record: LogRecord): void {
    const state = this.#topic(record.topic);
    // A tail that reconnected may repeat itself.
    if (isPast(record, state.position)) return;
    state.position[record.partition] = record.offset + 1;
    const sizeBytes = state.recent.push(record);
    let made: string | undefined;
    const cursor = (): string => {
      made ??= this.cursorAt(record.topic, state.position);
      return made;
    };
    for (const listener of state.listeners.candidates(record.event)) listener({ record, sizeBytes, cursor });
  }

  #topic(name: string): TopicState {
    const state = this.#topics.get(name);
    if (state === undefined) throw new CodedError('INTERNAL', `The topic ${name} is not tailed.`);
    return state;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function invalidCursor(): CodedError {
  return new CodedError('CURSOR_INVALID', 'This cursor belongs to another stream, or to another log.');
}
