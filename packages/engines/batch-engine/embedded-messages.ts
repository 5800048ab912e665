import type { BatchCell, BatchColumn, BatchFormat } from './port.ts';

export interface EmbeddedTable {
  readonly name: string;
  readonly format: BatchFormat;
  readonly paths: readonly string[];
  /** Of a CSV, what the first lines of its files say that divides the cells (`sep=;`), in the order of the paths; those lines are empty ones by then. */
  readonly delimiters?: readonly (string | undefined)[];
  readonly columns: readonly BatchColumn[] | undefined;
}

/** What the process of a run is told first: everything it will ever read, and how much it may take. */
export interface RunOrder {
  readonly kind: 'run';
  readonly sql: string;
  readonly tables: readonly EmbeddedTable[];
  readonly handsOverMoments: boolean;
  readonly memoryBytes: number;
  readonly threads: number;
  readonly spillDir: string;
  readonly spillBytes: number;
  readonly output:
    | {
        readonly kind: 'rows';
        readonly maxRows: number;
        readonly maxBytes: number;
        readonly maxRowBytes?: number | undefined;
      }
    | {
        readonly kind: 'file';
        readonly path: string;
        readonly format: 'CSV' | 'PARQUET';
        readonly neutraliseFormulas: boolean;
      };
}

export type ToRun = RunOrder | { readonly kind: 'next' };

export type FromRun =
  /** The engine is loaded: orders are taken. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'columns'; readonly columns: readonly BatchColumn[] }
  /** Sent once for each `next`; `last` when nothing follows. */
  | {
      readonly kind: 'page';
      readonly rows: readonly (readonly BatchCell[])[];
      readonly last: boolean;
      readonly truncated: boolean;
    }
  | { readonly kind: 'written'; readonly rowCount: number }
  | { readonly kind: 'progress'; readonly fraction: number }
  | {
      readonly kind: 'failed';
      readonly code: 'QUERY_INVALID' | 'QUERY_NOT_ALLOWED' | 'QUERY_TOO_LARGE' | 'INTERNAL';
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    };
