import { changeSchema } from '../relational/change-schema.ts';
import type { Relational } from '../relational/port.ts';
import { addColumns, createStreamSchema } from './embedded-schema.ts';

/** 'strf' in ASCII. */
const schemaLock = 0x73747266;

const statements = [
  // Tells the jobs and topics of this installation from those of others on the same cluster.
  `CREATE TABLE IF NOT EXISTS stream.installation (
     only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
     name text NOT NULL DEFAULT left(replace(gen_random_uuid()::text, '-', ''), 12)
   )`,
  'INSERT INTO stream.installation DEFAULT VALUES ON CONFLICT DO NOTHING',
  // The job whose results are read, and how far. A later generation begins where what was read of this one ends.
  `CREATE TABLE IF NOT EXISTS stream.flink_job (
     pipeline_id int PRIMARY KEY REFERENCES stream.pipeline ON DELETE CASCADE,
     generation int NOT NULL,
     log_id text NOT NULL,
     next_result bigint NOT NULL DEFAULT 0
   ) WITH (fillfactor = 50)`,
];
/** The declaration a job computes, where the state is that it left when it was stopped, and what is known of the transaction at hand. */
const columns = [
  ['flink_job', 'fingerprint', "text NOT NULL DEFAULT ''"],
  ['flink_job', 'savepoint', 'text'],
  // Of a transaction that is stored in part: the positions in it, which count when the rest is stored.
  ['flink_job', 'seen', 'json'],
  // The Flink that has the jobs, as a URL without who may log in; null where none has.
  ['installation', 'jobs_at', 'text'],
] as const;

/** Makes what is missing, and answers the installation's name. */
export async function createFlinkSchema(relational: Relational, logId: string): Promise<string> {
  await createStreamSchema(relational, logId);
  return changeSchema(relational, schemaLock, async (tx) => {
    for (const statement of statements) await tx.query(statement);
    await addColumns(tx, columns);
    const { rows } = await tx.query<{ name: string }>('SELECT name FROM stream.installation');
    return rows[0]?.name ?? '';
  });
}
