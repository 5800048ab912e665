import { fileNameFault } from '@tributary/runtime';
import { z } from 'zod';
import type { SqlExported } from '../batch/sql-request.ts';
import { defineJob } from '../define-job.ts';
import { sqlRetry } from './sql-job.ts';

/** The whole answer of an analyst's SQL as a file, however long it takes: `analyticsQuery` answers within seconds or not at all. */
export const exportQuery = defineJob({
  name: 'export-query',
  description: 'Answers SQL over events, models and files of the workspace as a file: CSV or Parquet.',
  input: z.strictObject({
    /** One SELECT; the tables are those of `analyticsTables`, and those of `files`. */
    sql: z.string().min(1).max(20_000),
    format: z.enum(['CSV', 'PARQUET']).default('CSV'),
    /** The file's name; `query <run>.csv` when absent. */
    name: z
      .string()
      // For those who ask: the whole rule, which no pattern says, holds when the run begins.
      .regex(/^(?!\.{1,2}$)[^/\\]{1,255}$/, 'is a name, not a path')
      .refine((name) => fileNameFault(name) === undefined, 'is no name of a file')
      .optional(),
    /** Of which time events are; the last seven days when absent. */
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
    /** Uploaded files (.csv, .jsonl, .parquet) that are tables too, by the name of the table. */
    files: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'is no name of a table'), z.uuid())
      .default({}),
  }),
  queue: 'reports',
  retry: sqlRetry,
  timeLimitMs: 4 * 60 * 60_000,
  run: async ({ input, runId, sql, checkpoint, saveCheckpoint }): Promise<SqlExported> => {
    if (checkpoint !== null) return checkpoint as SqlExported;
    const { format, from, to } = input;
    const exported = await sql.exportFile({
      sql: input.sql,
      tables: Object.entries(input.files).map(([name, file]) => ({ name, file })),
      workspace: { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
      name: input.name ?? `query ${runId}.${format.toLowerCase()}`,
      format,
    });
    await saveCheckpoint(exported);
    return exported;
  },
});
