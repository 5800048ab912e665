import { nodeAt } from './parse-tree.ts';
import { type BatchColumn, type BatchQuery, type BatchRow, batchLimits } from './port.ts';
import { type RunFolder, stageTables } from './run-folder.ts';
import { batchColumn, isSentAsItIs, rowsOf, sendable } from './spark-cells.ts';
import type { SparkConnection } from './spark-connection.ts';
import { copiedFromOutside } from './spark-folder.ts';
import { queryFault } from './spark-query-faults.ts';
import { type SparkField, type SparkPlan, type SparkRelation, SparkSession } from './spark-session.ts';
import { sparkSqlOf } from './spark-sql.ts';
import { quoted, type SparkSql } from './spark-sql-text.ts';
import { makeViews } from './spark-tables.ts';
import type { SubsetParser } from './subset-parser.ts';
import { type UntoldMoment, untoldMoment } from './told-moment.ts';
import { untilAborted } from './until-aborted.ts';

export interface SparkRunParts {
  readonly connection: SparkConnection;
  readonly parser: SubsetParser;
  readonly folder: RunFolder;
  readonly signal: AbortSignal;
}

/** What a session of a run is like, so that SQL means what it means in DuckDB, and reaches nothing but its views. */
const settings = {
  'spark.sql.ansi.enabled': 'true',
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.caseSensitive': 'false',
  // A row of a CSV with a cell too many would be none where the query asks for other columns.
  'spark.sql.csv.parser.columnPruning.enabled': 'false',
  'spark.sql.parser.escapedStringLiterals': 'false',
  // Texts like `${env:HOME}` would become what they name.
  'spark.sql.variable.substitute': 'false',
  // Paths in place of tables.
  'spark.sql.runSQLOnFiles': 'false',
  // Plans that change as they run hand their stages to Spark from threads of their own all along: an interrupt between two of them leaves the next one running.
  'spark.sql.adaptive.enabled': 'false',
  // What is constant would be computed by the driver, whose memory all runs share, and not by an executor.
  'spark.sql.optimizer.excludedRules': [
    'org.apache.spark.sql.catalyst.optimizer.ConstantFolding',
    'org.apache.spark.sql.catalyst.optimizer.ConvertToLocalRelation',
  ].join(','),
} as const;

/** Of all sources of a run together: they are copied into the shared folder, where they are streams. */
const mostSourceBytes = 64_000_000_000;
/** What the rows of a derived table are called, and its columns `c0`, `c1`, …: names of ours, since those of the result may be there twice. */
const derived = quoted('result');

/** One query in a session of its own. Whatever stops it ends the session, and all that runs in it. */
export class SparkRun implements AsyncDisposable {
  readonly columns: readonly BatchColumn[];
  readonly #parts: SparkRunParts;
  readonly #session: SparkSession;
  readonly #sql: SparkSql;
  readonly #fields: readonly SparkField[];
  readonly #onProgress: BatchQuery['onProgress'];
  readonly #untold: UntoldMoment;
  readonly #onAbort = (): void => void this.#session[Symbol.asyncDispose]();
  #told = 0;

  private constructor(
    parts: SparkRunParts,
    query: BatchQuery,
    made: { session: SparkSession; sql: SparkSql; fields: readonly SparkField[] },
  ) {
    this.#parts = parts;
    this.#session = made.session;
    this.#sql = made.sql;
    this.#fields = made.fields;
    this.#onProgress = query.onProgress;
    this.#untold = untoldMoment(query);
    this.columns = made.fields.map(batchColumn);
    parts.signal.addEventListener('abort', this.#onAbort);
  }

  /** Checks the SQL, hands its tables over and learns its columns; nothing is computed yet. @throws CodedError as the port says */
  static async begin(query: BatchQuery, parts: SparkRunParts): Promise<SparkRun> {
    const { connection, parser, folder, signal } = parts;
    const { sql, tables, timeLimitMs = batchLimits.defaultTimeLimitMs } = query;
    const statement = await parser.parse(
      sql,
      tables.map(({ name }) => name),
    );
    signal.throwIfAborted();
    const copied = copiedFromOutside(tables, connection.address);
    const staged = await stageTables(folder, copied, { maxBytes: mostSourceBytes, signal });
    const session = new SparkSession(connection);
    let positionOf: SparkSql['positionOf'] = () => ({});
    try {
      // Spark may look through gigabytes of CSV for the types in it: an abort ends that as well.
      return await untilAborted(signal, async () => {
        await session.configure(settings);
        const views = await makeViews(session, staged, { timeoutMs: timeLimitMs, signal });
        const spark = sparkSqlOf(nodeAt(statement, 'node') ?? {}, { sql, ...views });
        positionOf = spark.positionOf;
        const fields = await session.schemaOf({ sql: { query: spark.query } }, timeLimitMs);
        return new SparkRun(parts, query, { session, sql: spark, fields });
      });
    } catch (error) {
      const fault = await queryFault(error, { connection, sessionId: session.id, positionOf });
      await session[Symbol.asyncDispose]();
      throw fault;
    }
  }

  /** The rows as Spark sends them, `most` of them at most, in pieces that come when they are asked for. */
  async *rows(most: number): AsyncGenerator<readonly BatchRow[], void> {
    const isPlain = this.#fields.every(isSentAsItIs);
    const shaped = this.#fields.map((field, at) => `${sendable(`c${at}`, field)} AS c${at}`).join(', ');
    const input = isPlain ? { query: this.#sql.query, before: 0 } : this.#derive(shaped);
    const all: SparkRelation = { sql: { query: input.query } };
    // A sort of which only the beginning is asked keeps that much in memory; beyond, it is sorted whole.
    const root = most < largestTop ? { limit: { input: all, limit: most } } : all;
    for await (const piece of this.#execute({ root }, input.before))
      yield rowsOf(piece, this.columns, this.#untold);
  }

  /** Has executors write the result into the folder of the run; a shape other than the rows' own is an expression over `c0`, `c1`, … */
  async write(target: {
    readonly path: string;
    readonly format: 'text' | 'parquet';
    readonly shape?: string;
    readonly oneFile: boolean;
  }): Promise<void> {
    const { path, format, shape, oneFile } = target;
    const source = shape === undefined ? { query: this.#sql.query, before: 0 } : this.#derive(shape);
    const all: SparkRelation = { sql: { query: source.query } };
    const input = oneFile ? { repartition: { input: all, numPartitions: 1, shuffle: false } } : all;
    const writeOperation = { input, source: format, path: `file://${path}`, mode: errorIfExists };
    for await (const _ of this.#execute({ command: { writeOperation } }, source.before));
  }

  /** How many rows a Parquet file has. */
  async countRows(path: string): Promise<number> {
    await this.#session.createView('written', {
      read: { dataSource: { format: 'parquet', paths: [`file://${path}`], options: {} } },
    });
    const root = { sql: { query: 'SELECT count(*) FROM written' } };
    for await (const piece of this.#execute({ root }, 0)) {
      const [[count] = []] = rowsOf(piece, [{ name: 'count', type: 'BIGINT' }]);
      if (count !== undefined) return Number(count);
    }
    return 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.signal.removeEventListener('abort', this.#onAbort);
    await this.#session[Symbol.asyncDispose]();
  }

  #derive(shape: string): { readonly query: string; readonly before: number } {
    const names = this.#fields.map((_, at) => `c${at}`).join(', ');
    const before = `SELECT ${shape} FROM (`;
    return { query: `${before}${this.#sql.query}) AS ${derived}(${names})`, before: before.length };
  }

  async *#execute(plan: SparkPlan, before: number): AsyncGenerator<Uint8Array, void> {
    const { connection, signal } = this.#parts;
    try {
      const onProgress = (fraction: number): void => this.#tell(fraction);
      for await (const piece of this.#session.execute(plan, { signal, onProgress })) yield piece;
      this.#tell(1);
    } catch (error) {
      signal.throwIfAborted();
      const positionOf: SparkSql['positionOf'] = (index) =>
        this.#sql.positionOf(index === undefined ? undefined : index - before);
      throw await queryFault(error, { connection, sessionId: this.#session.id, positionOf });
    }
  }

  #tell(fraction: number): void {
    if (fraction <= this.#told) return;
    this.#told = fraction;
    this.#onProgress?.(fraction);
  }
}

/** `SAVE_MODE_ERROR_IF_EXISTS`. */
const errorIfExists = 3;
const largestTop = 1_000_000;
