import type { BatchColumn, BatchExportFormat, BatchFormat } from '@tributary/engines/batch-engine';

/** A table a query of a run may read beside those of its workspace. */
export type SqlTable =
  /** A file of the workspace, as whoever enqueued the run may see it; its name tells the format unless `format` does. */
  | { readonly name: string; readonly file: string; readonly format?: BatchFormat }
  /** Rows at hand: what the run was given, for the SQL to read instead of literals. */
  | { readonly name: string; readonly columns: readonly BatchColumn[]; readonly rows: readonly object[] };

/** A query of a run, as plain JSON: it may come from another process. */
export interface SqlRequest {
  /** One SELECT of the batch engine's subset. */
  readonly sql: string;
  readonly tables: readonly SqlTable[];
  /** Whether the workspace's events and models are tables too, and of which time events are. */
  readonly workspace?: { readonly from?: string; readonly to?: string };
  /** Of rows that are read, all cells together, as the engine counts them: a row beyond it is not sent, and the result is QUERY_TOO_LARGE. Without a bound when absent. */
  readonly mostBytes?: number;
  /** Of one row that is read: one with more comes without its cells. Without a bound when absent. */
  readonly mostRowBytes?: number;
  /** Whether a moment that cannot be told (infinity, years outside of 1 to 9999) comes as a text that is none; else it ends the query. */
  readonly handsOverMoments?: boolean;
}

export interface SqlExport extends SqlRequest {
  /** The file's name. */
  readonly name: string;
  readonly format: BatchExportFormat;
}

export interface SqlExported {
  /** The id of the file. */
  readonly file: string;
  readonly rows: number;
  readonly sizeBytes: number;
}

/** A cell as JSON carries it: integers beyond 2^53 and decimals are texts, bytes are Base64. */
export type SqlCell = string | number | boolean | null;

export interface OpenedRows {
  /** Names the rows in `nextRows`. */
  readonly cursor: number;
  readonly columns: readonly BatchColumn[];
}

export interface RowPage {
  readonly rows: readonly (readonly SqlCell[])[];
  /** Nothing follows. */
  readonly last: boolean;
}
