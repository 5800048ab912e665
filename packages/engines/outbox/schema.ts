import { changeSchema } from '../relational/change-schema.ts';
import { ensureIndex, isThere } from '../relational/ensure-index.ts';
import type { Relational, Sql } from '../relational/port.ts';
import { backlogFullState } from '../relational/postgres-errors.ts';
import { rightsIndex } from './waiting-events.ts';

/** 'obox' in ASCII: two processes that start at once create the schema one after the other. */
const schemaLock = 0x6f626f78;

const statements = [
  'CREATE SCHEMA IF NOT EXISTS outbox',
  // Rows live for milliseconds: vacuum by count of dead rows, never by a share of a table that is empty most of the time.
  `CREATE TABLE IF NOT EXISTS outbox.event (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     topic text NOT NULL,
     event json NOT NULL,
     size_bytes int
   ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_threshold = -1)`,
  // A row while the relay looks by itself every few milliseconds, and so needs no waking. Unlogged: a crash means "wake it".
  'CREATE UNLOGGED TABLE IF NOT EXISTS outbox.relay_awake (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row))',
  // A row while too many events wait. Unlogged too: after a crash the relay that leads says it again.
  'CREATE UNLOGGED TABLE IF NOT EXISTS outbox.backlog_full (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row))',
  // How far stores of documents had come when events of theirs were moved last: what is restored may be older.
  'CREATE TABLE IF NOT EXISTS outbox.document_age (store text PRIMARY KEY, count bigint NOT NULL)',
];
const relations = [
  'outbox.event',
  rightsIndex.name,
  'outbox.relay_awake',
  'outbox.backlog_full',
  'outbox.document_age',
];

/** Of the event as JSON; null in rows that a version wrote that did not keep it. Asked first: ALTER TABLE waits for every transaction that writes events. */
const addSize = 'ALTER TABLE outbox.event ADD COLUMN size_bytes int';

/** A statement that changes and tells in one has no later moment at which to refuse. */
const refusal = `
   BEGIN RAISE EXCEPTION 'too many events wait for the log' USING ERRCODE = '${backlogFullState}'; END `;
const refuse = `CREATE OR REPLACE FUNCTION outbox.refuse() RETURNS boolean LANGUAGE plpgsql AS $$${refusal}$$`;

/** Makes what is missing. Every process that writes events into this database calls it once, before its first write. */
export async function ensureOutbox(relational: Relational): Promise<void> {
  // Who asks for what is there already must wait for nobody: each start of each process does.
  if ((await isThere(relational, relations)) && (await keepsSizes(relational)) && (await refuses(relational)))
    return;
  await changeSchema(relational, schemaLock, async (tx) => {
    for (const statement of statements) await tx.query(statement);
    if (!(await keepsSizes(tx))) await tx.query(addSize);
    await ensureIndex(tx, rightsIndex.name, rightsIndex.on);
    if (!(await refuses(tx))) await tx.query(refuse);
  });
}

async function keepsSizes(sql: Sql): Promise<boolean> {
  const { rowCount } = await sql.query(
    `SELECT FROM pg_attribute WHERE attrelid = to_regclass('outbox.event') AND attname = 'size_bytes' AND NOT attisdropped`,
  );
  return rowCount > 0;
}

/** With the words it has now. */
async function refuses(sql: Sql): Promise<boolean> {
  const { rowCount } = await sql.query(
    `SELECT FROM pg_proc WHERE oid = to_regprocedure('outbox.refuse()') AND prosrc = $1`,
    [refusal],
  );
  return rowCount > 0;
}
