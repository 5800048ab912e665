import { CodedError } from '@tributary/runtime';
import type { Sql } from '../relational/port.ts';

/** The row that was numbered last; undefined for a user who may not know. */
const lastRowSql = `
SELECT CASE WHEN sequence IS NULL THEN '0'
  WHEN has_sequence_privilege(sequence::oid, 'SELECT,USAGE') THEN coalesce(pg_sequence_last_value(sequence), 0)::text END AS row
FROM (SELECT to_regclass('outbox.event_id_seq') AS sequence) of_outbox`;

export interface MovedTo {
  readonly setting: string;
  /** What the URL names, without a password. */
  readonly place: string;
  /** The highest row of the outbox whose event the log took. */
  readonly row: bigint | undefined;
  /** What keeps that number, and may be deleted. */
  readonly mark: string;
}

/**
 * An older state of a database, restored beside the log of a newer one, makes events that contradict what the log tells already. Rows of the outbox are numbered once and for all,
 * so a log that has a row of a higher number than the database ever gave is ahead of it.
 * @throws CodedError CONFIG_INVALID
 */
export async function refuseOlderDatabase(sql: Sql, { setting, place, row, mark }: MovedTo): Promise<void> {
  if (row === undefined) return;
  const { rows } = await sql.query<{ row: string | null }>(lastRowSql);
  const last = rows[0]?.row;
  if (last == null || BigInt(last) >= row) return;
  throw new CodedError(
    'CONFIG_INVALID',
    `${setting} names ${place}, which are ahead of the database: they tell of changes up to row ${row} of its outbox, and it has made ${last}. An older state of it was restored. Give it a log that is empty, as kafka://host:9092/shop2, or delete ${mark} to go on with this one, whose events of the time that was undone stay and make metrics wrong. docs/guides/event-log.md says what is lost either way (“A database that was restored”).`,
    { details: { setting } },
  );
}
