/** A CloudEvents 1.0 event (JSON format), with the extension attributes every event of ours carries. */
export interface LogEvent<Data = unknown> {
  readonly specversion: '1.0';
  /** UUIDv7; consumers are idempotent by it. */
  readonly id: string;
  /** The process role that made it: `/subgraphs/data`. */
  readonly source: string;
  /** `<subgraph>.<noun>.<verb in the past>`: `data.record.updated`. */
  readonly type: string;
  /** The entity's key: `Airport/0192…`. */
  readonly subject: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly workspaceid: string;
  /** Order holds between events of one partition key. */
  readonly partitionkey: string;
  /** Who caused it: the kind and id of the principal. */
  readonly actorkind: string;
  readonly actorid: string;
  /** W3C trace context of the request that caused it. */
  readonly traceparent?: string;
  /** The run of a job whose work caused it. */
  readonly runid?: string;
  readonly data: Data;
}

/** Bytes of an event as JSON in UTF-8 that every log takes, on laptops as in production; `append` refuses what is larger. */
export const largestEventBytes = 2_600_000;
/** Of one that tells of a change, so that the letter or the redelivery that holds it is none too large either. A document of the largest size changes into another. */
export const largestChangeBytes = 2_500_000;

export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  /** Position in the partition: grows by any step ≥ 1 (Kafka leaves gaps where transactions ended), never repeats. */
  readonly offset: number;
  /** When the log took it, milliseconds since the epoch. */
  readonly timestampMs: number;
  readonly event: LogEvent;
  /** Of the event as JSON, where the log knows it without looking. */
  readonly sizeBytes?: number;
}

/** An event that waits in an outbox. */
export interface WaitingEvent {
  /** The store's own handle for it (a row number, a document id). */
  readonly handle: string;
  readonly event: LogEvent;
  /** Of the event as JSON, where the store knows it without looking. */
  readonly sizeBytes?: number;
}

/** What lies in a partition and is no event. Ours never write it; where others can reach the log they may. */
export interface ForeignRecord extends Omit<LogRecord, 'event'> {
  /** What it lacks: `is no JSON`. */
  readonly fault: string;
  /** How it begins. */
  readonly excerpt: string;
}

export interface TopicDeclaration {
  readonly name: string;
  readonly partitions: number;
  /** How long all records are kept, milliseconds. */
  readonly retentionMs: number;
  /** What becomes of records that are older: `delete` (when absent), or `compact`, which keeps the last one of each partition key for good. */
  readonly cleanup?: TopicCleanup;
}

export type TopicCleanup = 'delete' | 'compact';

/** A setting of a topic that was another one than declared, and is what was declared from now on. */
export interface TopicDrift {
  readonly topic: string;
  readonly setting: 'retentionMs' | 'cleanup';
  readonly found: string;
  readonly declared: string;
}

/** A topic as the log has it. */
export interface TopicState {
  readonly name: string;
  readonly retentionMs: number;
  readonly cleanup: TopicCleanup;
  /** The oldest position kept, and the one after the last record. */
  readonly beginning: TopicPosition;
  readonly end: TopicPosition;
}

/** Where a consumer group stands in one partition. */
export interface GroupPlace {
  readonly topic: string;
  readonly partition: number;
  /** The next offset it handles. */
  readonly nextOffset: number;
  readonly endOffset: number;
}

export interface GroupState {
  readonly group: string;
  /** Members that are alive now. */
  readonly members: number;
  readonly places: readonly GroupPlace[];
}

/** The next offset to read, by partition index: `[12, 0, 7]` for three partitions. */
export type TopicPosition = readonly number[];

export interface ReadRequest {
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: number;
  readonly limit: number;
}

export interface RecordId {
  readonly offset: number;
  /** Of its event. */
  readonly id: string;
}

/** For a handler that is cheaper by the event the more of them it is given. None of it means anything where batches are made by who keeps the log. */
export interface Batching {
  /** Records of a partition that a reader who lags is given at a time; 500 when absent. */
  readonly recordsAtOnce?: number;
  /** Having caught up, a reader rests `restFactor` times as long as the batch took (1 when absent), and no longer than this, or until very much waits. */
  readonly longestRestMs?: number;
  readonly restFactor?: number;
}

/** A tail rests only if it says so. */
export interface TailOptions extends Batching {
  readonly topics: readonly string[];
  /** Called with records in partition order. The next batch waits until the promise settles: that is the backpressure. */
  readonly onRecords: (records: readonly LogRecord[]) => Promise<void> | void;
  /** The position to start from by topic; topics not named start at their end as of now. */
  readonly from?: Readonly<Record<string, TopicPosition>>;
  /**
   * Called when reading, or the handler, fails and is tried again; with CURSOR_EXPIRED when retention passed a slow reader by, and with CURSOR_INVALID when a
   * topic was made anew under its name, or restored to before where the reader stood: the reader then goes on with the oldest record there is.
   */
  readonly onTrouble?: (error: unknown) => void;
  /**
   * Called when what failed before does not any more, whether or not there is something to hand out: not while a part of the log still cannot be read, and not after
   * CURSOR_EXPIRED, because what was lost does not come back.
   */
  readonly onGoesOn?: () => void;
  /**
   * Called after CURSOR_INVALID, before reading goes on, with where it does: what is known by positions in that topic holds no more. So it is, without any trouble, when
   * somebody has added partitions to it. Throwing is told as trouble and has it called again.
   */
  readonly onMoved?: (topic: string, position: TopicPosition) => Promise<void> | void;
}

export interface Tail extends AsyncDisposable {
  /** Where each topic was when the tail was fixed: every record at or after it will be, or has been, handed out. */
  readonly startedAt: Readonly<Record<string, TopicPosition>>;
}

/** A group rests 250 ms at most unless it says otherwise. */
export interface ConsumeOptions extends Batching {
  /**
   * Members with one group name share the partitions; positions survive restarts. One without a position begins with the oldest record there is: it is new, or its log
   * has forgotten where it stood.
   */
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Handles records of one partition in order. Returning commits them, fenced: a member that lost the partition commits nothing.
   * Throwing hands the same records out again later (at least once). So does a topic that was made anew, or restored to before where the group stands: the group
   * begins at its beginning, and `onTrouble` is told CURSOR_INVALID.
   */
  readonly onRecords: (records: readonly LogRecord[]) => Promise<void>;
  /**
   * Told of what is no event, before the batch it lies in is handled; throwing hands both out again. Without this it is passed over, as `read` and `tail`
   * pass it over.
   */
  readonly onForeign?: (records: readonly ForeignRecord[]) => Promise<void>;
  readonly onTrouble?: (error: unknown) => void;
}

/** The append-only log of events that everything after a write hangs on. */
export interface EventLog extends AsyncDisposable {
  /**
   * Which log this is: the same for all its clients and for good, another one for another log. Positions mean something in theirs alone.
   */
  identity(): Promise<string>;
  /**
   * Creates the topics that are missing, lets the others follow their declarations, and answers (and logs) what was otherwise before.
   * @throws CodedError TOPIC_PARTITIONS_FIXED for a topic that has another number of partitions: keys would change places and lose their order;
   * CONFIG_INVALID for a name that belongs to the stream engine (`stream.…`); ENGINE_UNAVAILABLE when the log is not ready after a while
   */
  declareTopics(topics: readonly TopicDeclaration[]): Promise<readonly TopicDrift[]>;
  /** Which topic of that name this is: another one when it was deleted and made anew. Undefined where the log does not tell (Kafka before 2.8). */
  topicIdentity(topic: string): Promise<string | undefined>;
  /** All topics of events, by name: what a stream engine keeps beside them is left out. */
  topics(): Promise<readonly TopicState[]>;
  /** All groups that have a position, by name, each with its places in the order of topic and partition. */
  groups(): Promise<readonly GroupState[]>;
  /**
   * Appends in the given order; resolves when all are durable. The partition comes from `partitionkey` (murmur2, as Kafka's clients do).
   * Repeating an event id after an unknown outcome stores it once (per producer at least).
   * @throws CodedError ENGINE_UNAVAILABLE; nothing is then acknowledged, though some may be stored: all of the other partitions, where it is a `PartitionsAway`.
   * PAYLOAD_TOO_LARGE when one has more than `largestEventBytes`,
   * or than somebody made the log take: appended without it, the others are taken.
   */
  append(topic: string, events: readonly LogEvent[]): Promise<void>;
  /**
   * The outbox (`OutboxSource.place`) whose events this log can take itself; undefined where it shares no database with one.
   */
  readonly ownOutbox?: string;
  /**
   * As `append`, of events of `ownOutbox`: the outbox forgets them in the same transaction. Those it has no more are somebody else's by now and left out.
   * Answers how many were new to the log.
   * @throws CodedError ENGINE_UNAVAILABLE; they may then be moved, or wait as before. PAYLOAD_TOO_LARGE as `append` does
   */
  move?(topic: string, waiting: readonly WaitingEvent[]): Promise<number>;
  /**
   * Keeps up to which row the outbox of the database was moved here, for starts to find out that the database is older than the log. Undefined where both are one database.
   * @throws CodedError ENGINE_UNAVAILABLE
   */
  noteMoved?(row: string): Promise<void>;
  /** Up to `limit` records from an offset, in order, and fewer where they are large; empty at the end alone. @throws CodedError CURSOR_EXPIRED below the retained range, CURSOR_INVALID beyond the end. */
  read(request: ReadRequest): Promise<readonly LogRecord[]>;
  /** The ids of the events that `read` would bring, and of more where those are large: a log that can tells them without reading the events. @throws as `read` may */
  ids(request: ReadRequest): Promise<readonly RecordId[]>;
  /** The position after the last record: "now". */
  end(topic: string): Promise<TopicPosition>;
  /** The oldest position still kept. */
  beginning(topic: string): Promise<TopicPosition>;
  /** The first position whose records are not older than `timeMs`. */
  positionAt(topic: string, timeMs: number): Promise<TopicPosition>;
  /**
   * Reads all partitions without a group (one per process, fan out in memory). Resolves when the starting position is fixed.
   * @throws CodedError CURSOR_EXPIRED, CURSOR_INVALID when `from` cannot be read on from.
   */
  tail(options: TailOptions): Promise<Tail>;
  /** Joins a consumer group. Disposing leaves it after the running handler. */
  consume(options: ConsumeOptions): Promise<AsyncDisposable>;
  ping(): Promise<void>;
}
