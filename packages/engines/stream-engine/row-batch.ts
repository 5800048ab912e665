import { storableText } from '@tributary/runtime';
import type { LogRecord } from '../event-log/port.ts';
import { compileFilter, type RowPredicate } from '../filter/evaluate.ts';
import type { MeasurePlan } from './measure-plan.ts';
import type { Pipeline } from './port.ts';
import { countedText } from './summaries.ts';
import { typedRows } from './value-type.ts';

/** A dimension's text is cut here: it is a name to group by, not a payload. */
export const maxDimensionLength = 200;

/**
 * Event times that are counted, of the years 1583 to 9998: the bounds of whatever window a row is in can be written (RFC 3339 §1: years have four digits), and everybody counts
 * their days alike (Java reads older ones by the Julian calendar).
 */
export const [earliestMs, latestMs] = [
  Date.parse('1583-01-01T00:00:00Z'),
  Date.parse('9998-12-31T23:59:59.999Z'),
];

/** The largest number that is counted. The sum of as many as there will ever be is a finite double. */
export const largestNumber = 1e290;

/** As a regular expression that JavaScript and Flink both have. */
export const workspaceIdPattern = '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$';
const isWorkspaceId = new RegExp(workspaceIdPattern);

/** Rows of one pipeline, column by column: a batch of events costs a few arrays, however many events it has. */
export interface RowBatch {
  size: number;
  readonly workspaces: string[];
  readonly partitions: number[];
  /** Event times, milliseconds since the epoch. */
  readonly times: number[];
  /** When the log took them, by its own time. */
  readonly logged: number[];
  /** 1 for a row that is added, -1 for one that is taken back. */
  readonly signs: number[];
  /** By dimension, as JSON. */
  readonly dimensions: readonly string[][];
  /** By number field; NaN where there is none. */
  readonly numbers: readonly number[][];
  /** By text field; undefined where there is none. */
  readonly texts: readonly (string | undefined)[][];
  /** Rows that cannot be computed, by workspace. What is taken back of them has been counted when it was added. */
  readonly invalid: Map<string, number>;
  readonly ahead: Map<string, number>;
}

export type RowReader = (records: Iterable<LogRecord>) => RowBatch;

type Row = Readonly<Record<string, unknown>>;

/** Makes the function that turns a pipeline's events into rows. */
export function rowReader(pipeline: Pipeline, plan: MeasurePlan): RowReader {
  const { source, dimensions, timeField } = pipeline;
  const types = new Set(source.types);
  const typed = typedRows(pipeline.types);
  const holds: RowPredicate = pipeline.filter === undefined ? () => true : compileFilter(pipeline.filter);
  /** Of the batch at hand: a text to group by comes again and again. */
  const dimensionTexts = new Map<unknown, string>();
  const textOf = (value: unknown): string => {
    const known = dimensionTexts.get(value);
    if (known !== undefined) return known;
    const text = dimensionText(value);
    dimensionTexts.set(value, text);
    return text;
  };

  const take = (batch: RowBatch, record: LogRecord, told: { row: Row; sign: number }): void => {
    const { sign } = told;
    const row = typed(told.row);
    if (!holds(row)) return;
    const { workspaceid } = record.event;
    let time = Date.parse(String(timeField === undefined ? record.event.time : row[timeField]));
    if (Number.isNaN(time)) {
      if (sign > 0) tally(batch.invalid, workspaceid);
      return;
    }
    if (pipeline.ahead !== undefined && time > record.timestampMs + pipeline.ahead.mostMs) {
      if (pipeline.ahead.policy === 'refuse') {
        if (sign > 0) tally(batch.ahead, workspaceid);
        return;
      }
      time = record.timestampMs;
    }
    const numbers = plan.numberFields.map((name) => row[name]);
    if (time < earliestMs || time > latestMs || numbers.some(isTooLarge)) {
      if (sign > 0) tally(batch.invalid, workspaceid);
      return;
    }
    batch.size += 1;
    batch.workspaces.push(workspaceid);
    batch.partitions.push(record.partition);
    batch.times.push(time);
    batch.logged.push(record.timestampMs);
    batch.signs.push(sign);
    dimensions.forEach((name, at) => {
      batch.dimensions[at]?.push(textOf(row[name]));
    });
    numbers.forEach((value, at) => {
      batch.numbers[at]?.push(typeof value === 'number' ? value : Number.NaN);
    });
    plan.textFields.forEach((name, at) => {
      batch.texts[at]?.push(distinctText(row[name]));
    });
  };

  return (records) => {
    const batch = emptyBatch(pipeline, plan);
    dimensionTexts.clear();
    for (const record of records) {
      const { type, data, workspaceid } = record.event;
      // Events of no workspace, which others may write where they can, are nobody's to count.
      if (!types.has(type) || !isWorkspaceId.test(workspaceid)) continue;
      const told = isRow(data) ? data : {};
      if (source.only !== undefined && told[source.only.field] !== source.only.value) continue;
      const { properties, before, after } = told;
      if (source.rows === 'properties') {
        if (isRow(properties)) take(batch, record, { row: properties, sign: 1 });
        else tally(batch.invalid, workspaceid);
        continue;
      }
      if (isRow(before)) take(batch, record, { row: before, sign: -1 });
      if (isRow(after)) take(batch, record, { row: after, sign: 1 });
      if (!isRow(before) && !isRow(after)) tally(batch.invalid, workspaceid);
    }
    return batch;
  };
}

function emptyBatch({ dimensions }: Pipeline, plan: MeasurePlan): RowBatch {
  return {
    size: 0,
    workspaces: [],
    partitions: [],
    times: [],
    logged: [],
    signs: [],
    dimensions: dimensions.map(() => []),
    numbers: plan.numberFields.map(() => []),
    texts: plan.textFields.map(() => []),
    invalid: new Map(),
    ahead: new Map(),
  };
}

function isTooLarge(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) > largestNumber;
}

function tally(counts: Map<string, number>, workspaceId: string): void {
  counts.set(workspaceId, (counts.get(workspaceId) ?? 0) + 1);
}

/** JSON, so that null is not "null" and 1 is not "1". */
export function dimensionText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(storableText(value, maxDimensionLength));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'null';
}

/** What a value is told from others by; undefined for none. */
export function distinctText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return countedText(typeof value === 'string' ? value : JSON.stringify(value));
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
