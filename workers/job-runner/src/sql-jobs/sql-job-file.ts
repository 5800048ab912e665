import type { BatchColumnType } from '@tributary/engines/batch-engine';
import { queueLimits } from '@tributary/job-queue';
import { CodedError, fileNameFault } from '@tributary/runtime';
import { isJobName } from '../define-job.ts';

/** A job as its file of SQL declares it. */
export interface SqlJobFile {
  readonly name: string;
  readonly description: string;
  /** Tables that are files the caller names, and what stands for each when none is named. */
  readonly files: readonly { readonly table: string; readonly otherwise: string | undefined }[];
  /** What the SQL needs of those tables: who gives a file with another column, or none, is told so. */
  readonly columns: readonly NeededColumn[];
  /** Values of the input: the columns of the one row of the table `params`. */
  readonly params: readonly SqlParam[];
  /** The file the result becomes. */
  readonly output: { readonly name: string; readonly format: 'CSV' | 'PARQUET' };
  /** The kind of event (schema/tracking) that each row of the result is told as, for metrics to be declared over it. */
  readonly track: string | undefined;
  readonly timeLimitMs: number | undefined;
  readonly sql: string;
}

export interface NeededColumn {
  readonly table: string;
  readonly name: string;
  readonly type: BatchColumnType;
}

export interface SqlParam {
  readonly name: string;
  readonly type: BatchColumnType;
  readonly required: boolean;
}

type Tags = Map<string, string[]>;

const known = new Set([
  'job',
  'description',
  'file',
  'otherwise',
  'column',
  'param',
  'output',
  'track',
  'limit',
]);
const paramTypes: readonly string[] = ['STRING', 'INT', 'BIGINT', 'DOUBLE', 'BOOLEAN', 'DATE', 'TIMESTAMP'];
const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Reads a job from a file of SQL: comments that begin with `@` declare it (README), the rest is one SELECT.
 * @throws CodedError MODEL_INVALID naming the file and every fault
 */
export function parseSqlJob(path: string, text: string): SqlJobFile {
  const faults: string[] = [];
  const tags = tagsOf(text, faults);
  const one = (tag: string): string | undefined => {
    const values = tags.get(tag) ?? [];
    if (values.length > 1) faults.push(`@${tag} stands there twice`);
    return values[0];
  };
  const needed = (tag: string): string => {
    const value = one(tag);
    if (value === undefined) faults.push(`@${tag} is missing`);
    return value ?? '';
  };
  const job: SqlJobFile = {
    name: needed('job'),
    description: needed('description'),
    files: filesOf(tags, faults),
    columns: columnsOf(tags, faults),
    params: paramsOf(tags, faults),
    output: outputOf(needed('output'), faults),
    track: one('track'),
    timeLimitMs: limitOf(one('limit'), faults),
    sql: text,
  };
  if (job.track !== undefined && job.output.format !== 'CSV') faults.push('@track goes with a CSV output');
  if (job.name !== '' && !isJobName(job.name)) faults.push(`@job ${job.name} is no name like late-flights`);
  const inputs = [...job.files.map(({ table }) => table), ...job.params.map(({ name }) => name)];
  for (const name of repeated(inputs.map((name) => name.toLowerCase())))
    faults.push(`two inputs are called ${name}`);
  if (faults.length > 0)
    throw new CodedError('MODEL_INVALID', `workers/batch/${path}: ${faults.join('; ')}.`);
  return job;
}

/** `-- @tag value`; comment lines behind it that are indented go on with the value. */
function tagsOf(text: string, faults: string[]): Tags {
  const tags: Tags = new Map();
  let values: string[] = [];
  for (const line of text.split('\n')) {
    const [, tag, value = ''] = /^-- @(\w+)\s*(.*)$/.exec(line) ?? [];
    const [, more] = /^-- {2,}(.*)$/.exec(line) ?? [];
    if (tag !== undefined) {
      if (!known.has(tag)) faults.push(`there is no @${tag}`);
      values = tags.get(tag) ?? [];
      values.push(value.trim());
      tags.set(tag, values);
    } else if (more !== undefined && values.length > 0) {
      values.push(`${values.pop() ?? ''}\n${more.trim()}`);
    } else values = [];
  }
  return tags;
}

function filesOf(tags: Tags, faults: string[]): SqlJobFile['files'] {
  const selects = (tags.get('otherwise') ?? []).map((text) => {
    const [, table = '', select = ''] = /^(\w+)\s+([\s\S]+)$/.exec(text) ?? [];
    return [table, select] as const;
  });
  for (const table of repeated(selects.map(([name]) => name)))
    faults.push(`@otherwise ${table} stands there twice`);
  const otherwise = new Map(selects);
  const files = tags.get('file') ?? [];
  for (const table of files)
    if (!/^[a-z][a-z0-9_]{0,40}$/.test(table) || table === 'params') faults.push(`@file ${table} is no name`);
  for (const table of otherwise.keys())
    if (!files.includes(table)) faults.push(`@otherwise ${table} has no @file`);
  return files.map((table) => ({ table, otherwise: otherwise.get(table) }));
}

function columnsOf(tags: Tags, faults: string[]): readonly NeededColumn[] {
  const tables = tags.get('file') ?? [];
  return (tags.get('column') ?? []).map((text) => {
    const [, table = '', name = '', type = ''] = /^(\w+)\.(\w+) (\w+)$/.exec(text) ?? [];
    if (!tables.includes(table) || !paramTypes.includes(type))
      faults.push(
        `@column ${text} is not like "flights.delay DOUBLE", of a @file and ${paramTypes.join(', ')}`,
      );
    return { table, name, type: type as BatchColumnType };
  });
}

function paramsOf(tags: Tags, faults: string[]): readonly SqlParam[] {
  return (tags.get('param') ?? []).map((param) => paramOf(param, faults));
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) < at))];
}

function paramOf(text: string, faults: string[]): SqlParam {
  const [, name = '', type = '', bang] = /^(\w+) (\w+)(!?)$/.exec(text) ?? [];
  if (name === '' || !paramTypes.includes(type))
    faults.push(`@param ${text} is not like "since DATE!", of ${paramTypes.join(', ')}`);
  return { name, type: type as BatchColumnType, required: bang === '!' };
}

function outputOf(name: string, faults: string[]): SqlJobFile['output'] {
  const extension = /^[^/\\]{1,100}\.(csv|parquet)$/.exec(name)?.[1];
  if (extension === undefined || fileNameFault(name) !== undefined)
    faults.push(`@output ${name} is no name that ends in .csv or .parquet`);
  return { name, format: extension === 'parquet' ? 'PARQUET' : 'CSV' };
}

function limitOf(text: string | undefined, faults: string[]): number | undefined {
  if (text === undefined) return undefined;
  const [, count = '0', unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  const limitMs = Number(count) * (unitMs[unit] ?? 0);
  if (limitMs < queueLimits.shortestTimeLimitMs || limitMs > queueLimits.timeLimitMs)
    faults.push(`@limit ${text} is no time like 90s, 10m, 2h, up to 4h`);
  return limitMs;
}
