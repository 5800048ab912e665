import { CodedError } from '@tributary/runtime';
import { defineJob } from '../define-job.ts';
import type { JobContext } from '../job-context.ts';
import { datasetRows, type Survey, surveyRows } from './dataset-rows.ts';
import { type ImportFile, importFile } from './import-file.ts';
import { type ImportInput, importInput } from './import-input.ts';
import { type ImportPlan, importPlan, type PlannedImport } from './import-plan.ts';
import { countParquetRows, parquetRows } from './parquet-rows.ts';
import type { ReadRow } from './read-row.ts';
import { RowBatches } from './row-batches.ts';

/**
 * Makes a record of a model from each row of an uploaded file, with the rights of whoever enqueued the run. The mapping and the
 * encoding of the whole file are checked before the first row is written. After a crash it goes on from the last row known to be written; the rows beyond that which were written too
 * are met again by their ids, so that every row is there once.
 */
export const importDataset = defineJob({
  name: 'import-dataset',
  description:
    'Makes records of a model from the rows of an uploaded file: CSV, JSON, JSON Lines or Parquet.',
  input: importInput,
  module: import.meta.url,
  queue: 'imports',
  timeLimitMs: 4 * 60 * 60_000,
  // The largest JSON there may be is read at once.
  memoryMb: 2_048,
  // Most of what ends an attempt is the end of a runner, and each attempt goes on where the last one was.
  retry: { maxAttempts: 20, backoffMs: 500, backoffMaxMs: 60_000 },
  run: runImport,
});

async function runImport(job: JobContext<ImportInput>): Promise<unknown> {
  const { input, signal, log } = job;
  const model = await job.describe(input.model);
  const file = await importFile(job);
  const batches = new RowBatches(job, model.mutation, file.sha256);
  const { resumedAt } = batches;
  // A run that goes on found its mapping to fit when it began.
  let columns: readonly string[] | null = null;
  if (resumedAt === 0) {
    const survey = await surveyOf(file, job);
    batches.tellTotal(survey.rows);
    columns = survey.columns;
  }
  log.info(resumedAt === 0 ? 'importing' : 'going on with the import', {
    file: file.name,
    row: resumedAt + 1,
  });
  let plan: ImportPlan | undefined;
  let unreadFromLine: number | undefined;
  let row = 0;
  const { mapping, numbers, dates } = input;
  const planned = { mapping, runId: job.runId, formats: { numbers, dates }, begunWith: batches.begunWith };
  const planOf = (read: Pick<PlannedImport, 'columns' | 'typed'>): ImportPlan => {
    const made = importPlan(model, { ...planned, ...read });
    batches.tellFields(made.fields);
    const { leftOut } = made;
    if (leftOut.length > 0)
      log.warn('fields that the model has since the import began are left out', {
        fields: leftOut.slice(0, 20),
      });
    return made;
  };
  const take = (read: ReadRow): Promise<void> | undefined => {
    if ('headings' in read) {
      const { headings, typed } = read;
      plan = planOf({ columns: headings, ...(typed === undefined ? {} : { typed }) });
      return undefined;
    }
    row += 1;
    if ('row' in read) plan ??= planOf({ columns });
    else unreadFromLine = read.unreadFromLine;
    if (row <= resumedAt) return undefined;
    if (!('fault' in read)) return plan && addRow(batches, { plan, row, cells: read.row });
    const message = `The row is left out: ${read.fault}.`;
    return batches.refuse({ row, code: 'BAD_USER_INPUT', message });
  };
  for await (const rows of await rowsOf(file, job))
    for (const read of rows) {
      if (signal.aborted) throw new CodedError('DEADLINE_EXCEEDED', 'The import was told to stop.');
      // Of a thousand rows one has to wait.
      const taken = take(read);
      if (taken !== undefined) await taken;
    }
  // A file without a line has no columns either, and a mapping is checked all the same.
  if (row === 0) plan ??= planOf({ columns: file.format === 'csv' ? [] : null });
  return batches.finish(unreadFromLine);
}

async function rowsOf(
  { format, delimiter, bytes }: ImportFile,
  job: JobContext<ImportInput>,
): Promise<AsyncIterable<readonly ReadRow[]>> {
  const { file, encoding, mapping } = job.input;
  if (format === 'parquet') return parquetRows(job, file, mapping);
  return datasetRows(await bytes(), { format, delimiter, encoding });
}

async function surveyOf(
  { format, delimiter, bytes }: ImportFile,
  job: JobContext<ImportInput>,
): Promise<Survey> {
  const { file, encoding } = job.input;
  // The head of a Parquet file comes before its rows.
  if (format === 'parquet') return { rows: await countParquetRows(job, file), columns: null };
  return surveyRows(await bytes(), { format, delimiter, encoding });
}

function addRow(
  batches: RowBatches,
  {
    plan,
    row,
    cells,
  }: {
    readonly plan: ImportPlan;
    readonly row: number;
    readonly cells: Parameters<ImportPlan['recordOf']>[0];
  },
): Promise<void> | undefined {
  let record: Readonly<Record<string, unknown>>;
  try {
    record = plan.recordOf(cells);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return batches.refuse({ row, code: error.code, message: error.message });
  }
  return batches.add(row, record);
}
