import type { Relational } from '@tributary/engines/relational';
import type { Job } from './define-job.ts';

const registerSql = `
INSERT INTO jobs.definition (name, description, queue, input_schema, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms, memory_mb)
SELECT name, description, queue, "inputSchema", "maxAttempts", "backoffMs", "backoffMaxMs", "timeLimitMs", "memoryMb"
FROM json_to_recordset($1::json) AS j(name text, description text, queue text, "inputSchema" jsonb, "maxAttempts" integer,
  "backoffMs" integer, "backoffMaxMs" integer, "timeLimitMs" integer, "memoryMb" integer)
ORDER BY name
ON CONFLICT (name) DO UPDATE SET description = EXCLUDED.description, queue = EXCLUDED.queue, input_schema = EXCLUDED.input_schema,
  max_attempts = EXCLUDED.max_attempts, backoff_ms = EXCLUDED.backoff_ms, backoff_max_ms = EXCLUDED.backoff_max_ms,
  time_limit_ms = EXCLUDED.time_limit_ms, memory_mb = EXCLUDED.memory_mb, registered_at = now()`;

/** Tells the installation which jobs there are: whoever enqueues knows no code of theirs. The latest runner to start has the last word. */
export async function registerJobs(relational: Relational, jobs: Iterable<Job>): Promise<void> {
  const rows = [...jobs].map(
    ({ name, description, queue, inputSchema, retry, timeLimitMs, module, memoryMb }) => ({
      name,
      description,
      queue,
      inputSchema,
      ...retry,
      timeLimitMs,
      // Without a process of its own a run has no bound of its own.
      memoryMb: module === undefined ? null : memoryMb,
    }),
  );
  await relational.query(registerSql, [JSON.stringify(rows)]);
}
