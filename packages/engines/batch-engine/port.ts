export type BatchFormat = 'PARQUET' | 'CSV' | 'JSON';

/** Types a column of a source may be declared with, and the names result columns have. `JSON` is text holding a nested value. */
export type BatchColumnType =
  | 'BOOLEAN'
  | 'INT'
  | 'BIGINT'
  | 'DOUBLE'
  | 'DECIMAL'
  | 'STRING'
  | 'DATE'
  | 'TIMESTAMP'
  | 'BINARY'
  | 'JSON';

/** A cell: DATE is `2001-02-03`, TIMESTAMP is RFC 3339 in UTC, DECIMAL its digits; BIGINT is exact. */
export type BatchCell = null | boolean | number | bigint | string | Uint8Array;
export type BatchRow = readonly BatchCell[];

export interface BatchColumn {
  readonly name: string;
  readonly type: BatchColumnType;
}

/** Bytes of a table: a local file the engine reads in place, or a stream it first copies to its own disk. */
export type BatchFile =
  | { readonly path: string }
  | { readonly read: () => AsyncIterable<Uint8Array>; readonly sizeBytes?: number };

export interface BatchTable {
  /** A name of letters, digits and `_`, as it stands in the SQL; letter case does not count. */
  readonly name: string;
  readonly format: BatchFormat;
  readonly files: readonly BatchFile[];
  /**
   * The columns in their order; needed where there may be no row to learn them from. Without it Parquet brings its own; those of a CSV (with a
   * header line) and of JSON Lines are what all of their rows fit. JSON is one object a line.
   */
  readonly columns?: readonly BatchColumn[];
}

export interface BatchQuery {
  /** One SELECT of the common SQL subset (README). Values belong into it as literals: there are no parameters. */
  readonly sql: string;
  /** All it may read. Nothing else exists for it: no file, no address, no other table. */
  readonly tables: readonly BatchTable[];
  /** Milliseconds that it may work until it is stopped; `batchLimits.defaultTimeLimitMs` when absent. Waiting for its turn does not count. */
  readonly timeLimitMs?: number;
  /** Milliseconds that it may wait for its turn until it is OVERLOADED; as long as it takes when absent. */
  readonly waitLimitMs?: number;
  /**
   * Whether a DATE or TIMESTAMP that RFC 3339 has no words for (infinity, years outside of 1 to 9999) comes as a text of the engine's, which is none of
   * them; else it ends the query (QUERY_INVALID naming the column). With it the embedded engine leaves NaN and infinity in a JSON cell as such, which is no JSON then; else they are texts.
   */
  readonly handsOverMoments?: boolean;
  /** For whom it is, such as a workspace: owners take turns, and none has all places or all of the line. */
  readonly owner?: string;
  /** Aborting stops the engine's work within a second. */
  readonly signal?: AbortSignal;
  /** Told now and then how much of the work is done, 0 to 1, an estimate that never shrinks. */
  readonly onProgress?: (fraction: number) => void;
}

export interface BatchRowLimits {
  readonly maxRows: number;
  /** Of all cells together, as the engine counts them: 8 for a number, the UTF-8 length of a text. */
  readonly maxBytes: number;
  /** Of the cells of one row: one that has more comes without any cell (`[]`), in its place, and the rows after it as they are. Without a bound when absent. */
  readonly maxRowBytes?: number;
}

/** The rows of a query, a page at a time. The engine waits while nobody asks for the next page. */
export interface BatchRows extends AsyncDisposable {
  readonly columns: readonly BatchColumn[];
  /** Pages in the order of the result; to be walked once. Throws what stops the query. */
  pages(): AsyncIterable<readonly BatchRow[]>;
  /** True after the last page when the limits cut the result short. */
  readonly truncated: boolean;
}

export type BatchExportFormat = 'CSV' | 'PARQUET';

export interface BatchExport {
  readonly format: BatchExportFormat;
  /** Most bytes of the file; a larger result is QUERY_TOO_LARGE and nothing is kept. */
  readonly maxBytes: number;
  /**
   * What happens to texts in CSV that a spreadsheet would run as a formula (they begin, white space aside, with `=`, `+`, `-` or `@`, or with a tab or
   * a carriage return; bytes are such texts too): NEUTRALISE puts an apostrophe before them, KEEP leaves them. Absent: NEUTRALISE.
   */
  readonly csvFormulas?: 'NEUTRALISE' | 'KEEP';
  /** Takes the bytes of the finished file, once, in order; how many they are is known by then. What it throws is thrown on. */
  readonly sink: (bytes: AsyncIterable<Uint8Array>, file: { readonly sizeBytes: number }) => Promise<void>;
}

export interface BatchExported {
  readonly columns: readonly BatchColumn[];
  readonly rowCount: number;
  readonly sizeBytes: number;
}

/** What every adapter holds to; beyond is BAD_USER_INPUT. */
export const batchLimits = {
  sqlChars: 20_000,
  tables: 50,
  filesPerTable: 10_000,
  defaultTimeLimitMs: 600_000,
  maxTimeLimitMs: 14_400_000,
} as const;

/**
 * SQL over files. A query that users wrote is safe to hand over as it is: it can read its tables and nothing else, and its memory, disk
 * and time are bounded.
 *
 * Everything that runs a query may throw CodedError
 * - QUERY_INVALID: the SQL has a fault (`details.line`, `details.column` from 1 where known) or its data does not fit it; `details.missingColumn`
 *   is a column that it names and its tables do not have;
 * - QUERY_NOT_ALLOWED: it is not one SELECT, or uses what is outside of the subset or the tables;
 * - QUERY_TOO_LARGE: it needs more memory, disk or result bytes than it may;
 * - DEADLINE_EXCEEDED past its time limit, CANCELLED after an abort, OVERLOADED when too many wait or it waited too long, BAD_USER_INPUT for a bad table;
 * - ENGINE_UNAVAILABLE: the engine is away, or went away while it worked on the query, and that work is lost.
 * Messages name tables and columns, never files.
 */
export interface BatchEngine extends AsyncDisposable {
  /** Resolves when the query is accepted and its columns are known. Disposing the rows stops it. */
  query(query: BatchQuery, limits: BatchRowLimits): Promise<BatchRows>;
  /** Writes the whole result as one file. */
  exportTo(query: BatchQuery, target: BatchExport): Promise<BatchExported>;
  /** @throws CodedError ENGINE_UNAVAILABLE, for operators: it may say where the engine should be */
  ping(): Promise<void>;
}
