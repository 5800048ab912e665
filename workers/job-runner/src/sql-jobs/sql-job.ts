import { CodedError } from '@tributary/runtime';
import { z } from 'zod';
import type { SqlCell, SqlExported, SqlRequest } from '../batch/sql-request.ts';
import { defineJob, type Job } from '../define-job.ts';
import type { JobContext } from '../job-context.ts';
import { columnFaults } from './column-faults.ts';
import { discardResult, keptResult } from './kept-result.ts';
import type { SqlJobFile, SqlParam } from './sql-job-file.ts';
import { tellRows } from './tell-rows.ts';
import { toldRows } from './told-rows.ts';
import { mostTrackedBytes, trackedResult } from './tracked-result.ts';
import { withFirst } from './with-first.ts';

type SqlInput = Readonly<Record<string, string | number | boolean | undefined>>;

const paramsTable = 'params';
/** Where the engine fails or the runner ends, another attempt follows; a fault of the SQL is none, and a full engine costs none. */
export const sqlRetry = { maxAttempts: 5, backoffMs: 1_000, backoffMaxMs: 60_000 } as const;

/** The job that a file of SQL declares. The work is the batch engine's, so runs share the runner's process. */
export function sqlJob(file: SqlJobFile): Job {
  return defineJob({
    name: file.name,
    description: file.description,
    input: inputOf(file),
    queue: 'reports',
    retry: sqlRetry,
    ...(file.timeLimitMs === undefined ? {} : { timeLimitMs: file.timeLimitMs }),
    run: (job) => inTheirWords(file, job as JobContext<SqlInput>),
  });
}

function inputOf({ files, params }: SqlJobFile) {
  return z.strictObject({
    ...Object.fromEntries(
      files.map(({ table, otherwise }) => [
        table,
        otherwise === undefined
          ? z.uuid()
          : z.uuid().optional().describe('An uploaded file of the workspace.'),
      ]),
    ),
    ...Object.fromEntries(
      params.map((param) => [
        param.name,
        param.required ? paramSchema(param) : paramSchema(param).optional(),
      ]),
    ),
  });
}

function paramSchema({ type }: SqlParam) {
  if (type === 'BOOLEAN') return z.boolean();
  if (type === 'DOUBLE') return z.number();
  if (type === 'INT' || type === 'BIGINT') return z.number().int();
  if (type === 'DATE') return z.iso.date();
  return type === 'TIMESTAMP' ? z.iso.datetime() : z.string().max(10_000);
}

/** The SQL is ours: what it cannot do with the caller's files is a fault of theirs, and told in their words. */
async function inTheirWords(file: SqlJobFile, job: JobContext<SqlInput>): Promise<unknown> {
  try {
    return await runSql(file, job);
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    const given = file.files.map(({ table }) => table).filter((table) => job.input[table] !== undefined);
    if (given.length === 0) throw cause;
    const { missingColumn: missing } = cause.details;
    const unfit = cause.code === 'QUERY_INVALID' ? await unfitColumns(file, job) : undefined;
    if (unfit !== undefined) throw unfit;
    if (typeof missing !== 'string') throw cause;
    const which =
      given.length === 1 ? `The file given as ${given[0]}` : `One of the files given as ${given.join(', ')}`;
    throw new CodedError('BAD_USER_INPUT', `${which} has no column ${missing}, which ${file.name} needs.`, {
      cause,
      details: { argument: given.length === 1 ? given[0] : undefined, column: missing },
    });
  }
}

/** All that the files lack of what the job declares, at once. */
async function unfitColumns(file: SqlJobFile, job: JobContext<SqlInput>): Promise<CodedError | undefined> {
  const faults = await columnFaults(job, sqlRequest(file, job.input).tables, file.columns);
  const [first] = faults;
  if (first === undefined) return undefined;
  const told = faults.map(({ table, column, found, needed }) =>
    found === undefined
      ? `The file given as ${table} has no column ${column}, which ${file.name} needs.`
      : `The file given as ${table} has ${found} in its column ${column}, where ${file.name} needs ${needed}.`,
  );
  return new CodedError('BAD_USER_INPUT', told.join(' '), {
    details: { argument: first.table, column: first.column },
  });
}

async function runSql(file: SqlJobFile, job: JobContext<SqlInput>): Promise<unknown> {
  const { output, track } = file;
  const request = sqlRequest(file, job.input);
  if (track !== undefined) return runTracked(job, request, { name: output.name, event: track });
  // A file that an attempt before this one has kept is the result; another would be one too many.
  if (job.checkpoint !== null) return job.checkpoint;
  const exported = await job.sql.exportFile({ ...request, ...output });
  await job.saveCheckpoint(exported);
  return exported;
}

interface Tracked {
  readonly name: string;
  readonly event: string;
}

/** Tells what the kept file says, whichever attempt has kept it: file and metric never differ. */
async function runTracked(
  job: JobContext<SqlInput>,
  request: SqlRequest,
  { name, event }: Tracked,
): Promise<unknown> {
  const kept = job.checkpoint as { readonly file: string } | null;
  const bounded = { ...request, mostBytes: mostTrackedBytes };
  const made = kept === null ? Buffer.from(await trackedResult(await job.sql.rows(bounded))) : undefined;
  const file =
    kept?.file ?? (await job.keepFile({ name, contentType: 'text/csv', bytes: made ?? Buffer.of() }));
  if (kept === null) await job.saveCheckpoint({ file });
  const bytes = await keptResult(job, file, made);
  const told = toldRows(bytes.toString());
  const exported: SqlExported = { file, rows: told.rows.length, sizeBytes: bytes.byteLength };
  try {
    return { ...exported, tracked: await tellRows(job, event, told) };
  } catch (error) {
    // No attempt after this one can tell it: what nobody is told of must not lie there as a report.
    if (error instanceof CodedError && error.code === 'BAD_USER_INPUT') await discardResult(job, file);
    throw error;
  }
}

/** Tables the caller named are theirs; the others are what stands in for them. */
function sqlRequest({ files, params, sql }: SqlJobFile, input: SqlInput): SqlRequest {
  const named = files.filter(({ table }) => input[table] !== undefined);
  const standIns = files.flatMap(({ table, otherwise }) =>
    input[table] === undefined && otherwise !== undefined ? [`${table} AS (\n${otherwise}\n)`] : [],
  );
  const tables: SqlRequest['tables'] = [
    ...named.map(({ table }) => ({ name: table, file: String(input[table]) })),
    ...(params.length === 0
      ? []
      : [
          {
            name: paramsTable,
            columns: params.map(({ name, type }) => ({ name, type })),
            rows: [
              Object.fromEntries(params.map(({ name }) => [name, input[name] ?? (null satisfies SqlCell)])),
            ],
          },
        ]),
  ];
  return {
    sql: withFirst(standIns, sql),
    tables,
    workspace: {},
  };
}
