import { type LogEvent, largestChangeBytes } from '../event-log/port.ts';
import type { Relational, Sql } from '../relational/port.ts';
import { checkChangeBytes, checkEvents, refusedWhenFull } from './checked-events.ts';
import { longWriterBefore } from './long-writer.ts';
import { LookStart } from './look-start.ts';
import type { Backlog, LongWriter, OutboxSource, OutgoingEvent, PendingEvent } from './port.ts';
import { RelayWatch, relayAwake, wakeChannel } from './relay-watch.ts';
import { ensureOutbox } from './schema.ts';

export { ensureOutbox };

/** Has the transaction counted among those that run before it draws a number: `LookStart` goes by that. */
const begun = 'pg_current_xact_id() IS NOT NULL';

/**
 * NOTIFY makes commits of a whole server queue for one lock, so it is sent only while the relay sleeps: under load never, and when
 * little happens nobody queues.
 */
const writeSql = `
WITH woken AS MATERIALIZED (
  SELECT pg_notify('${wakeChannel}', '') WHERE NOT EXISTS (${relayAwake})
), refused AS MATERIALIZED (
  SELECT outbox.refuse() FROM outbox.backlog_full WHERE $3
)
INSERT INTO outbox.event (topic, event, size_bytes)
SELECT topic, event, octet_length(event::text)
FROM unnest($1::text[]) WITH ORDINALITY AS t(topic, n)
JOIN json_array_elements($2::json) WITH ORDINALITY AS e(event, n) USING (n)
WHERE ${begun} AND (SELECT count(*) FROM woken) + (SELECT count(*) FROM refused) >= 0
ORDER BY n`;

/**
 * The same as a part of a larger statement, for changes that are hot: `WITH changed AS (UPDATE …), events AS (SELECT … FROM changed), told AS
 * (outboxInsert('events')) SELECT …` is one round trip, and a transaction of its own where it stands alone. `from` names a query of that statement with the
 * columns `topic`, `event` (JSON, as text) and `n`, their order, all of which fit their schema (`checkEvents`); `refusable` says whether it is refused while too many events wait. It must read from what the change returns, so that the rows are locked, and the transaction counted, before numbers are drawn (`LookStart`).
 */
export function outboxInsert(from: string, { refusable }: { readonly refusable: boolean }): string {
  return `WITH woken AS MATERIALIZED (
    SELECT pg_notify('${wakeChannel}', '') WHERE EXISTS (SELECT FROM ${from}) AND NOT EXISTS (${relayAwake})
  ), refused AS MATERIALIZED (
    SELECT outbox.refuse() FROM outbox.backlog_full WHERE ${refusable} AND EXISTS (SELECT FROM ${from})
  )
  INSERT INTO outbox.event (topic, event, size_bytes)
  SELECT topic, event::json, octet_length(event) FROM ${from}
  WHERE (SELECT count(*) FROM woken) + (SELECT count(*) FROM refused) >= 0 ORDER BY n`;
}

/**
 * Writes events beside the change they tell of, in the same transaction: both are there, or neither is.
 *
 * Call it after the statement that locks the entity's row (its INSERT, UPDATE, DELETE or SELECT … FOR UPDATE). Row numbers are drawn
 * here, and become visible at commit, in any order between entities. For one entity they keep the order of its changes, because the next
 * writer draws its number only after this transaction has committed and let the row go.
 * @throws CodedError EVENT_INVALID when one does not fit its schema, PAYLOAD_TOO_LARGE when no log would take it, BACKLOG_FULL when too many events wait and its
 * topic can wait itself; each ends the transaction
 */
export async function writeOutbox(tx: Sql, events: readonly OutgoingEvent[]): Promise<void> {
  if (events.length === 0) return;
  checkEvents(events);
  const topics = events.map(({ topic }) => topic);
  const refusable = topics.some((topic) => refusedWhenFull.has(topic));
  const texts = JSON.stringify(events.map(({ event }) => event));
  if (Buffer.byteLength(texts) > largestChangeBytes)
    for (const { event } of events) checkChangeBytes(event.type, Buffer.byteLength(JSON.stringify(event)));
  await tx.query(writeSql, [topics, texts, refusable], 'outbox_write');
}

/**
 * The first events, as far as their bytes go. How many those are stands beside each, so that none is decompressed that is not taken: JSON shrinks to a ninetieth, and
 * what a row takes says nothing of what it has. The event is left as it lies there: as a text the server would copy it twice. Only rows of before the size was kept are measured.
 */
const pendingSql = `
SELECT id, topic, event, size,
  (SELECT pg_snapshot_xmin(pg_current_snapshot())::text) AS "oldestXid"
FROM (
  SELECT id, topic, event, size, sum(size) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) AS through
  FROM (
    SELECT id, topic, event, coalesce(size_bytes, octet_length(event::text)) AS size FROM outbox.event WHERE id >= $3::bigint ORDER BY id LIMIT $1
  ) first
) told WHERE through = size OR through <= $2::bigint ORDER BY id`;

/** The events that transactions of this database committed. Creates the schema. */
export async function relationalOutbox(relational: Relational): Promise<OutboxSource> {
  await ensureOutbox(relational);
  return new RelationalOutbox(relational);
}

interface PendingRow {
  readonly id: string;
  readonly topic: string;
  readonly event: LogEvent;
  readonly size: number;
  readonly oldestXid: string;
}

class RelationalOutbox implements OutboxSource {
  readonly place: string;
  readonly store = 'database';
  readonly #relational: Relational;
  readonly #watch: RelayWatch;
  readonly #start = new LookStart();

  constructor(relational: Relational) {
    this.place = relational.url;
    this.#relational = relational;
    this.#watch = new RelayWatch(relational);
  }

  /**
   * In the order of row numbers. A number that becomes visible late is no loss: what was taken is deleted, so "pending" is simply what is
   * there. Only what can be there no more is passed over.
   */
  async pending(limit: number, limitBytes = Number.MAX_SAFE_INTEGER): Promise<readonly PendingEvent[]> {
    const nowMs = performance.now();
    const { rows } = await this.#relational.query<PendingRow>(
      pendingSql,
      [limit, limitBytes, String(this.#start.next(nowMs))],
      'outbox_pending',
    );
    this.#watch.sawPending(rows.length > 0);
    await this.#learn(rows, nowMs);
    return rows.map(({ id, topic, event, size }) => ({ handle: id, topic, event, sizeBytes: size }));
  }

  async #learn(rows: readonly PendingRow[], nowMs: number): Promise<void> {
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return;
    const seen = { firstId: BigInt(first.id), lastId: BigInt(last.id), oldestXid: BigInt(first.oldestXid) };
    if (!this.#start.saw(seen, nowMs)) return;
    // Not the highest that has ended, as a snapshot tells: younger ones may run.
    const begun = await this.#relational.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid');
    this.#start.mark({ id: seen.lastId, xid: BigInt(begun.rows[0]?.xid ?? 0) });
  }

  async forget(events: readonly PendingEvent[]): Promise<void> {
    const handles = events.map(({ handle }) => handle);
    await this.#relational.query(
      'DELETE FROM outbox.event WHERE id = ANY($1::bigint[])',
      [handles],
      'outbox_forget',
    );
  }

  onCommitted(wake: () => void): Promise<AsyncDisposable> {
    return this.#watch.start(wake);
  }

  async backlog(limit: number, signal?: AbortSignal): Promise<Backlog> {
    const { rows } = await this.#relational.transaction(
      (tx) =>
        tx.query<{ waiting: number; oldest: string | null }>(
          `SELECT (SELECT count(*) FROM (SELECT FROM outbox.event LIMIT $1) counted)::int AS waiting,
             (SELECT event::text FROM outbox.event ORDER BY id LIMIT 1) AS oldest`,
          [limit],
        ),
      { signal },
    );
    const [row] = rows;
    // PostgreSQL reads no key of a JSON in which a text has \\u0000 or half a surrogate pair, which JSON may have.
    const oldest = row?.oldest == null ? undefined : (JSON.parse(row.oldest) as LogEvent).time;
    return { waiting: row?.waiting ?? 0, oldest };
  }

  async longWriter(forMs: number): Promise<LongWriter | undefined> {
    const waits = this.#start.waitsFor(performance.now());
    return waits === undefined || waits.forMs < forMs ? undefined : longWriterBefore(this.#relational, waits);
  }

  async tellFull(full: boolean): Promise<void> {
    await this.#relational.query(
      full
        ? 'INSERT INTO outbox.backlog_full DEFAULT VALUES ON CONFLICT DO NOTHING'
        : 'DELETE FROM outbox.backlog_full',
    );
  }
}
