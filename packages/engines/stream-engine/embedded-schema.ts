import { changeSchema } from '../relational/change-schema.ts';
import { ensureIndex } from '../relational/ensure-index.ts';
import type { Relational, Sql } from '../relational/port.ts';

/** 'strm' in ASCII: two processes that start at once create the schema one after the other. */
const schemaLock = 0x7374726d;

const statements = [
  'CREATE SCHEMA IF NOT EXISTS stream',
  // Grows with each process that takes over: a commit that names an older one changes nothing.
  'CREATE TABLE IF NOT EXISTS stream.leader (only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), epoch bigint NOT NULL)',
  'INSERT INTO stream.leader (epoch) VALUES (0) ON CONFLICT DO NOTHING',
  `CREATE TABLE IF NOT EXISTS stream.pipeline (
     pipeline_id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     name text NOT NULL UNIQUE,
     fingerprint text NOT NULL
   )`,
  // "log_id" says in which event log: another one (EVENT_LOG_URL was changed) has offsets of its own.
  `CREATE TABLE IF NOT EXISTS stream.position (
     pipeline_id int NOT NULL REFERENCES stream.pipeline ON DELETE CASCADE,
     log_id text NOT NULL,
     partition int NOT NULL,
     next_offset bigint NOT NULL,
     PRIMARY KEY (pipeline_id, log_id, partition)
   ) WITH (fillfactor = 50)`,
  // Event time by partition, the watermark, and what was kept out.
  `CREATE TABLE IF NOT EXISTS stream.workspace (
     pipeline_id int NOT NULL REFERENCES stream.pipeline ON DELETE CASCADE,
     workspace_id uuid NOT NULL,
     watermark_ms float8,
     latest_ms float8[] NOT NULL,
     late bigint NOT NULL DEFAULT 0,
     ahead bigint NOT NULL DEFAULT 0,
     invalid bigint NOT NULL DEFAULT 0,
     overflow bigint NOT NULL DEFAULT 0,
     PRIMARY KEY (pipeline_id, workspace_id)
   ) WITH (fillfactor = 50)`,
  `CREATE TABLE IF NOT EXISTS stream.window_group (
     pipeline_id int NOT NULL REFERENCES stream.pipeline ON DELETE CASCADE,
     group_id int NOT NULL,
     workspace_id uuid NOT NULL,
     grouping_no smallint NOT NULL,
     key json NOT NULL,
     PRIMARY KEY (pipeline_id, group_id)
   )`,
  // One window of one group. "state" is what its values are computed from; it goes when the window is closed. No index names it: it changes with each batch,
  // and room in the page then keeps the new version beside the old one (heap-only update).
  `CREATE TABLE IF NOT EXISTS stream.cell (
     pipeline_id int NOT NULL,
     group_id int NOT NULL,
     window_no smallint NOT NULL,
     start_ms bigint NOT NULL,
     end_ms bigint NOT NULL,
     row_count bigint NOT NULL,
     measures float8[] NOT NULL,
     state text,
     is_open boolean NOT NULL DEFAULT true,
     PRIMARY KEY (pipeline_id, group_id, window_no, start_ms),
     FOREIGN KEY (pipeline_id, group_id) REFERENCES stream.window_group ON DELETE CASCADE
   ) WITH (fillfactor = 70)`,
];
const indexes = [
  ['stream.window_group_workspace', 'stream.window_group (pipeline_id, workspace_id, grouping_no)'],
  ['stream.cell_start', 'stream.cell (pipeline_id, window_no, start_ms, group_id)'],
] as const;

/** What steering needs, in the order it came; a column that is there is left alone without a lock on its table. */
const columns = [
  // Goes up with each declaration of the name; "definition" is the declaration, null for one of before it was kept.
  ['pipeline', 'version', 'int NOT NULL DEFAULT 1'],
  ['pipeline', 'definition', 'json'],
  // What is wished: 'running', 'stopping' until it rests, then 'stopped'.
  [
    'pipeline',
    'state',
    "text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'stopping', 'stopped'))",
  ],
  ['pipeline', 'since_ms', 'bigint NOT NULL DEFAULT (extract(epoch FROM now()) * 1000)::bigint'],
  ['pipeline', 'failure', 'json'],
  // How it is to stop, and why no savepoint was kept, or used, when one was wanted last.
  ['pipeline', 'without_savepoint', 'boolean NOT NULL DEFAULT false'],
  ['pipeline', 'savepoint_failure', 'json'],
  // What it was stopped with last, where the engine put that, and when it went on from it.
  ['pipeline', 'savepoint_ms', 'bigint'],
  ['pipeline', 'savepoint_place', 'text'],
  ['pipeline', 'restored_ms', 'bigint'],
  ['pipeline', 'changed_ms', 'bigint'],
  ['pipeline', 'change', "text CHECK (change IN ('resumed', 'recomputed'))"],
  ['position', 'stored_at', 'timestamptz NOT NULL DEFAULT now()'],
  // Of the topic that the offset is of, where the log told: one that was made anew under its name has offsets of its own.
  ['position', 'topic_id', 'text'],
  // What was stored with half of a surrogate pair, or U+0000, in a key was mended.
  ['leader', 'keys_are_text', 'boolean NOT NULL DEFAULT true'],
  ['cell', 'is_open', 'boolean NOT NULL DEFAULT false'],
  // When the log took the last row, by partition, and the first one since a silence; null for what was stored before that was kept.
  ['workspace', 'logged_ms', 'float8[]'],
  ['workspace', 'since_ms', 'float8'],
] as const;

/** Adds the columns of tables of the schema `stream` that are not there; answers which. */
export async function addColumns(
  tx: Sql,
  columns: readonly (readonly [table: string, column: string, type: string])[],
): Promise<readonly string[]> {
  const { rows } = await tx.query<{ place: string }>(
    `SELECT table_name || '.' || column_name AS place FROM information_schema.columns WHERE table_schema = 'stream'`,
  );
  const added: string[] = [];
  for (const [table, column, type] of columns) {
    if (rows.some(({ place }) => place === `${table}.${column}`)) continue;
    await tx.query(`ALTER TABLE stream.${table} ADD COLUMN ${column} ${type}`);
    added.push(`${table}.${column}`);
  }
  return added;
}

const hasLogIdSql = `SELECT FROM information_schema.columns
  WHERE table_schema = 'stream' AND table_name = 'position' AND column_name = 'log_id'`;
/** Positions of before logs were told apart are of the log there is now: they could be of no other. */
const addLogId = [
  `ALTER TABLE stream.position ADD COLUMN log_id text NOT NULL DEFAULT ''`,
  'ALTER TABLE stream.position ALTER COLUMN log_id DROP DEFAULT, DROP CONSTRAINT position_pkey',
  'ALTER TABLE stream.position ADD PRIMARY KEY (pipeline_id, log_id, partition)',
];

/** Of before open windows were told by a column of their own. It is false in all rows when it comes, and most windows are closed: those stay as they are. */
const tellOpen = [
  'ALTER TABLE stream.cell ALTER COLUMN is_open SET DEFAULT true',
  'UPDATE stream.cell SET is_open = true WHERE state IS NOT NULL',
  'ALTER TABLE stream.cell SET (fillfactor = 70)',
];
/**
 * Keys of before texts were cut between code points. PostgreSQL takes such JSON, and then fails whoever reads into it. What was cut is such a half at the end of a
 * text: without it the key is the one that the same text has now.
 */
const mendKeys = String.raw`
UPDATE stream.window_group g SET key = regexp_replace(regexp_replace(g.key::text,
  '(?<!\\)((?:\\\\)*)(?:\\u0000|\\ud[89ab][0-9a-f]{2}(?="))', '\1', 'g'), '(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}', '\1' || chr(65533), 'g')::json
WHERE g.key::text ~ '\\u(?:0000|d[89a-f])'`;
const openIndex = {
  name: 'stream.cell_is_open',
  on: 'stream.cell (pipeline_id, end_ms) WHERE is_open',
} as const;

/** Makes what is missing. */
export async function createStreamSchema(relational: Relational, logId: string): Promise<void> {
  await changeSchema(relational, schemaLock, async (tx) => {
    for (const statement of statements) await tx.query(statement);
    for (const [name, on] of indexes) await ensureIndex(tx, name, on);
    const added = await addColumns(tx, columns);
    if (added.includes('cell.is_open')) for (const statement of tellOpen) await tx.query(statement);
    if (added.includes('leader.keys_are_text')) await tx.query(mendKeys);
    await tx.query('DROP INDEX IF EXISTS stream.cell_open');
    await ensureIndex(tx, openIndex.name, openIndex.on);
    if ((await tx.query(hasLogIdSql)).rowCount > 0) return;
    for (const statement of addLogId) await tx.query(statement);
    await tx.query('UPDATE stream.position SET log_id = $1', [logId]);
  });
}
