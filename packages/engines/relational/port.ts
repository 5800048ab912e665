import type { Pool } from 'pg';

export interface SqlResult<Row> {
  readonly rows: Row[];
  /** Rows changed by INSERT, UPDATE or DELETE; rows returned otherwise. */
  readonly rowCount: number;
}

export interface StatementOptions {
  /** Makes it a prepared statement of its connection: for hot, fixed texts. */
  readonly name?: string | undefined;
  /** What the values it answers may have together, in characters of text; without a bound when absent. Beyond it nothing more is taken in. */
  readonly mostBytes?: number | undefined;
}

/** Something that runs SQL: the pool, or one open transaction. */
export interface Sql {
  /**
   * Runs one statement with `$1…` parameters. A text in place of the options is its name.
   * @throws CodedError CONFLICT on a unique violation (`violatedConstraint` says which), DEADLINE_EXCEEDED when the server ends it for its limit,
   * PAYLOAD_TOO_LARGE beyond `mostBytes`, ENGINE_UNAVAILABLE when the server is away or says nothing: whether the statement was done is unknown then.
   */
  query<Row = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    options?: string | StatementOptions,
  ): Promise<SqlResult<Row>>;
}

export interface TransactionOptions {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  /** What each statement of it may take; 30 s when absent. */
  readonly statementLimitMs?: number;
  /** Whose abort ends the transaction: the server stops what it is doing for it, and nothing of it is kept. */
  readonly signal?: AbortSignal | undefined;
}

/** The limit of statements that read or change a whole table, however large: a migration, the removal of all that was computed. */
export const wholeTableLimitMs = 4 * 3_600_000;

/** PostgreSQL, whoever provisions it: every adapter speaks the same SQL. */
export interface Relational extends Sql, AsyncDisposable {
  /**
   * Runs `work` in one transaction on one connection: committed when it returns, rolled back when it throws.
   * Serialisation failures and deadlocks are tried again, three times at most; `work` must be safe to repeat.
   * @throws CodedError ENGINE_UNAVAILABLE also when the server did not answer the commit: whether it happened is unknown then; DEADLINE_EXCEEDED when its
   * signal aborted.
   */
  transaction<Result>(work: (tx: Sql) => Promise<Result>, options?: TransactionOptions): Promise<Result>;
  /** Calls back with the payload of each NOTIFY on `channel`, surviving reconnects (notifications sent meanwhile are lost: poll too). */
  listen(channel: string, onNotify: (payload: string) => void): Promise<AsyncDisposable>;
  /**
   * Holds the advisory lock `key` on a connection of its own until disposed; resolves with undefined when another session has it.
   * `lost` aborts when that connection dies, because then the lock is gone too.
   */
  tryLock(key: number, options?: LockOptions): Promise<RelationalLock | undefined>;
  /** Answers when the server answers, and takes writes: one that was left on a standby does not. @throws CodedError ENGINE_UNAVAILABLE */
  ping(): Promise<void>;
  /** The one pool of this process, for libraries that need a `pg.Pool` (Prisma's adapter). */
  readonly pool: Pool;
  /** `postgres://…` of this server, for processes that open their own pool. */
  readonly url: string;
}

export interface LockOptions {
  /** A holder that says nothing for so long, such as a stopped process, loses the lock; it is kept as long as its connection lives when absent. */
  readonly silentForMs?: number;
}

export interface RelationalLock extends AsyncDisposable {
  readonly lost: AbortSignal;
}
