import { changeSchema } from '../relational/change-schema.ts';
import type { Relational } from '../relational/port.ts';

/** 'tlog' in ASCII: two processes that start at once create the schema one after the other. */
const schemaLock = 0x746c6f67;

/**
 * `partition.next_offset` is the heart: whoever appends holds its row until commit, so that within a partition records become visible in
 * the order of their offsets. A sequence would not do that, and readers that go by "greater than the last" would lose records for good.
 */
const statements = [
  'CREATE SCHEMA IF NOT EXISTS event_log',
  // Positions and cursors mean something in this log alone: whoever keeps some keeps this beside them.
  `CREATE TABLE IF NOT EXISTS event_log.identity (
     only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
     log_id uuid NOT NULL DEFAULT gen_random_uuid()
   )`,
  'INSERT INTO event_log.identity DEFAULT VALUES ON CONFLICT DO NOTHING',
  `CREATE TABLE IF NOT EXISTS event_log.topic (
     topic_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     name text NOT NULL UNIQUE,
     partitions int NOT NULL CHECK (partitions > 0),
     retention_ms bigint NOT NULL CHECK (retention_ms > 0),
     cleanup text NOT NULL DEFAULT 'delete' CHECK (cleanup IN ('delete', 'compact'))
   )`,
  // Rewritten with every append: room in the page keeps the new version beside the old one (heap-only update).
  `CREATE TABLE IF NOT EXISTS event_log.partition (
     topic_id int NOT NULL REFERENCES event_log.topic,
     partition int NOT NULL,
     first_offset bigint NOT NULL DEFAULT 0,
     next_offset bigint NOT NULL DEFAULT 0,
     last_timestamp_ms bigint NOT NULL DEFAULT 0,
     PRIMARY KEY (topic_id, partition)
   ) WITH (fillfactor = 20)`,
  `CREATE TABLE IF NOT EXISTS event_log.record (
     topic_id int NOT NULL,
     partition int NOT NULL,
     record_offset bigint NOT NULL,
     timestamp_ms bigint NOT NULL,
     event_id uuid NOT NULL,
     event json NOT NULL,
     size_bytes int,
     PRIMARY KEY (topic_id, partition, record_offset),
     UNIQUE (topic_id, event_id)
   )`,
  `CREATE TABLE IF NOT EXISTS event_log.group_member (
     group_name text NOT NULL,
     member_id uuid NOT NULL,
     topic_ids int[] NOT NULL,
     expires_at timestamptz NOT NULL,
     PRIMARY KEY (group_name, member_id)
   )`,
  // "epoch" grows with each new owner: a commit that names an older one changes nothing.
  `CREATE TABLE IF NOT EXISTS event_log.group_partition (
     group_name text NOT NULL,
     topic_id int NOT NULL,
     partition int NOT NULL,
     next_offset bigint NOT NULL,
     owner uuid,
     epoch bigint NOT NULL DEFAULT 0,
     PRIMARY KEY (group_name, topic_id, partition)
   ) WITH (fillfactor = 50)`,
];

/** What logs made before lack. Asked first: ALTER TABLE would wait for every transaction that reads the table. */
const added = [
  {
    table: 'topic',
    column: 'cleanup',
    as: `text NOT NULL DEFAULT 'delete' CHECK (cleanup IN ('delete', 'compact'))`,
  },
  // Of the event as JSON; null in records of before.
  { table: 'record', column: 'size_bytes', as: 'int' },
] as const;
const hasColumnSql = `SELECT FROM information_schema.columns
  WHERE table_schema = 'event_log' AND table_name = $1 AND column_name = $2`;

/** Makes what is missing. */
export async function createEventLogSchema(relational: Relational): Promise<void> {
  await changeSchema(relational, schemaLock, async (tx) => {
    for (const statement of statements) await tx.query(statement);
    for (const { table, column, as } of added)
      if ((await tx.query(hasColumnSql, [table, column])).rowCount === 0)
        await tx.query(`ALTER TABLE event_log.${table} ADD COLUMN ${column} ${as}`);
  });
}
