import { CodedError } from '@tributary/runtime';
import type { JobContext } from '../job-context.ts';
import { errorTable } from './error-table.ts';
import type { ImportInput } from './import-input.ts';
import { errorsKept, keptError } from './kept-errors.ts';
import { orderedRowIds, type RowIds, scatteredRowIds } from './row-id.ts';
import { fewestRows, type RowError, type RowRecord, writeRows } from './row-writes.ts';

interface Checkpoint {
  /** Rows up to here are written or refused. */
  readonly row: number;
  readonly created: number;
  readonly refused: number;
  readonly errors: readonly RowError[];
  /** Of the file: rows are counted in these bytes and no others. */
  readonly fileSha256?: string;
  /** The same of a run whose row ids have no order. Runners of before look for it alone: they refuse to go on with ids of another kind, which would double rows. */
  readonly sha256?: string;
  /** Rows of the file; absent in checkpoints of before they were counted. */
  readonly total?: number;
  /** Marks of the fields that all rows fill; absent before a plan was made, and in checkpoints of before. */
  readonly fields?: readonly string[];
}

/** What the graph takes at once, until it was not written in time: items, and the values in them (the gateway's `variableValues` is 25,000). */
const batchSize = 1_000;
const batchValues = 24_000;
/** While one batch is written the next is read and sent. A third made it no faster, and left everybody's events behind those of the import. */
const batchesAtOnce = 2;
const errorsShown = 100;

/** The workspace is full, or whoever enqueued the import may keep no files. */
const keepsNone: ReadonlySet<string> = new Set(['QUOTA_EXCEEDED', 'FORBIDDEN']);

/**
 * Sends rows to the graph in batches and keeps count. A checkpoint follows each batch, in the order of rows: what it says is written, is.
 */
export class RowBatches {
  readonly #job: JobContext<ImportInput>;
  readonly #mutation: string;
  #rows: RowRecord[] = [];
  #refusedHere: RowError[] = [];
  #values = 0;
  #batchSize = batchSize;
  #lastRow: number;
  #state: Checkpoint;
  readonly #idOf: RowIds;
  /** Of batches that are sent and not yet told by the checkpoint, the oldest first. */
  readonly #underWay: Promise<void>[] = [];
  #isBegun: boolean;

  /** @param sha256 of the file. @throws CodedError STATE_CONFLICT when the file is another than the one the checkpoint counts in */
  constructor(job: JobContext<ImportInput>, mutation: string, sha256: string) {
    const { model } = job.input;
    this.#job = job;
    this.#mutation = `mutation ImportRows($input: [${model}Input!]!) { made: ${mutation}(input: $input) { error { code message details } } }`;
    const stored = job.checkpoint as Checkpoint | null;
    this.#isBegun = stored !== null;
    // Who has left no word may have written rows before ids had an order.
    const isOrdered = stored === null ? job.isFirst : stored.fileSha256 !== undefined;
    this.#idOf = isOrdered ? orderedRowIds(job.runId) : scatteredRowIds(job.runId);
    const none = { row: 0, created: 0, refused: 0, errors: [] };
    this.#state = stored ?? { ...none, ...(isOrdered ? { fileSha256: sha256 } : { sha256 }) };
    if ((this.#state.fileSha256 ?? this.#state.sha256) !== sha256)
      throw new CodedError(
        'STATE_CONFLICT',
        'The file has changed since the import began; enqueue a new one.',
      );
    this.#lastRow = this.#state.row;
  }

  get resumedAt(): number {
    return this.#state.row;
  }

  /** What the rows before fill, where an attempt has said it. */
  get begunWith(): readonly string[] | undefined {
    return this.#state.fields;
  }

  /** Which fields each row fills: kept from the first batch on, for the attempts that go on with others. */
  tellFields(fields: readonly string[]): void {
    this.#state = { ...this.#state, fields };
  }

  /** How many rows the file has: counted at the beginning, and kept with each checkpoint. */
  tellTotal(total: number): void {
    this.#state = { ...this.#state, total };
  }

  /** Undefined where there is nothing to wait for. */
  add(row: number, record: object): Promise<void> | undefined {
    this.#lastRow = row;
    this.#rows.push({ row, record: { ...record, id: this.#idOf(row) } });
    // Each field at its most: a reference, which is an object with one key.
    this.#values += 2 * Object.keys(record).length + 2;
    return this.#rows.length >= this.#batchSize || this.#values >= batchValues ? this.#send() : undefined;
  }

  /** Notes a row that makes no record. @throws CodedError BAD_USER_INPUT when there are too many of them */
  refuse(error: RowError): Promise<void> | undefined {
    this.#lastRow = error.row;
    this.#refusedHere.push(error);
    return this.#refusedHere.length >= batchSize ? this.#send() : undefined;
  }

  /** @param unreadFromLine where the file could no longer be read, if so: the output says it beside what came before */
  async finish(unreadFromLine?: number): Promise<unknown> {
    await this.#send();
    await this.#underWay.at(-1);
    await this.#endWhereTooMany();
    const { row: rows, created, refused, errors } = this.#state;
    const unread = unreadFromLine === undefined ? {} : { unreadFromLine };
    const outcome = { rows, created, refused, ...unread, errors: errors.slice(0, errorsShown) };
    if (errors.length === 0) return { ...outcome, errorFile: null };
    return { ...outcome, ...(await this.#keepErrors(errors)) };
  }

  /** All rows are written: that there is no place for the file of errors, or no right to make one, is told beside what was done. */
  async #keepErrors(errors: readonly RowError[]): Promise<object> {
    const bytes = Buffer.from(errorTable(errors));
    const name = `errors of import ${this.#job.runId}.csv`;
    try {
      return { errorFile: await this.#job.keepFile({ name, contentType: 'text/csv', bytes }) };
    } catch (error) {
      if (!(error instanceof CodedError) || !keepsNone.has(error.code)) throw error;
      const { code, message } = error;
      this.#job.log.warn('the file of errors could not be kept', { code });
      return { errorFile: null, errorFileError: { code, message } };
    }
  }

  async #send(): Promise<void> {
    const rows = this.#rows;
    const refused = this.#refusedHere;
    const upTo = this.#lastRow;
    this.#rows = [];
    this.#refusedHere = [];
    this.#values = 0;
    if (rows.length === 0 && refused.length === 0) return;
    await this.#begin();
    const { graph } = this.#job;
    const onLate = (late: number): void => {
      this.#batchSize = Math.max(fewestRows, Math.min(this.#batchSize, late >> 1));
    };
    const writing = { graph, mutation: this.#mutation, onLate };
    const written = rows.length === 0 ? Promise.resolve([]) : writeRows(rows, writing);
    const before = this.#underWay.at(-1);
    const saving = (async () => {
      await before;
      const failed = [...(await written), ...refused].sort((a, b) => a.row - b.row);
      await this.#save(upTo, rows.length + refused.length - failed.length, failed);
    })();
    this.#underWay.push(saving);
    // Whoever adds the next batch hears of a failure then, and nobody of an unhandled one before.
    saving.catch(() => undefined);
    written.catch(() => undefined);
    // The oldest alone: those behind it go on meanwhile, so that there is always one to write.
    if (this.#underWay.length < batchesAtOnce) return;
    await this.#underWay.shift();
    await this.#endWhereTooMany();
  }

  /** What is under way is written all the same, and so it is counted before the import ends. */
  async #endWhereTooMany(): Promise<void> {
    const { maxErrors } = this.#job.input;
    if (this.#state.refused <= maxErrors) return;
    await Promise.allSettled(this.#underWay);
    throw new CodedError(
      'BAD_USER_INPUT',
      `More than ${maxErrors} rows cannot be imported; the log says which and why.`,
    );
  }

  /** Which ids the rows of this run have is known to every attempt before there is a row. */
  async #begin(): Promise<void> {
    if (this.#isBegun) return;
    await this.#job.saveCheckpoint(this.#state);
    this.#isBegun = true;
  }

  async #save(row: number, created: number, failed: readonly RowError[]): Promise<void> {
    const before = this.#state;
    for (const { row: at, code, message } of failed)
      this.#job.log.warn(`row ${at}: ${message}`, { row: at, code });
    const kept = failed.slice(0, errorsKept - before.errors.length).map(keptError);
    this.#state = {
      ...before,
      row,
      created: before.created + created,
      refused: before.refused + failed.length,
      errors: [...before.errors, ...kept],
    };
    await this.#job.saveCheckpoint(this.#state);
    const { created: made, refused, total } = this.#state;
    this.#job.progress(row, total, `${made} made, ${refused} refused`);
  }
}
