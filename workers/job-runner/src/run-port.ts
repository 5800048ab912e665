import type { RunLogLine, RunProgress } from '@tributary/job-queue';
import type { OpenedRows, RowPage, SqlExport, SqlExported, SqlRequest } from './batch/sql-request.ts';

/** A run that is worked on, as the work sees it. */
export interface RunFacts {
  readonly id: string;
  readonly workspaceId: string;
  readonly attempt: number;
  /** Nobody has worked on it before: attempts that found no place, or were given back, are not counted as such, but may have written. */
  readonly isFirst: boolean;
  readonly input: unknown;
  readonly checkpoint: unknown;
  /** Where the gateway answers; its doors, such as download links, are reached from there. */
  readonly gatewayUrl: string;
}

/** A field of what records of a model are made from. */
export interface InputField {
  readonly name: string;
  /** The GraphQL type without its NON_NULL: `Float`, `AirportRef`. */
  readonly type: string;
  readonly required: boolean;
  /** The keys by which a reference names its record, and their scalars; absent for other fields. */
  readonly keys?: readonly { readonly name: string; readonly type: string }[];
}

export interface ModelInput {
  /** The mutation that makes records in bulk. */
  readonly mutation: string;
  readonly fields: readonly InputField[];
}

export interface GraphRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface ChildRun {
  readonly job: string;
  readonly input: unknown;
  readonly priority?: number;
  readonly delayMs?: number;
  /** A child with a key that is taken is the one that holds it: enqueueing again after a crash doubles nothing. */
  readonly uniqueKey?: string;
}

/**
 * What work may ask of its runner, in the runner's own process or from another. Every method fails with STATE_CONFLICT once the run's lease is
 * lost: then somebody else may be at work on the run already.
 */
export interface RunPort {
  progress(progress: RunProgress): Promise<void>;
  checkpoint(state: unknown): Promise<void>;
  log(lines: readonly RunLogLine[]): Promise<void>;
  /** The operation's data, with the rights of the principal who enqueued. @throws CodedError the graph's first error */
  graph(request: GraphRequest): Promise<unknown>;
  /** How records of a model are made. @throws CodedError NOT_FOUND */
  describe(model: string): Promise<ModelInput>;
  /** Ids of the runs, in order. */
  enqueue(children: readonly ChildRun[]): Promise<readonly string[]>;
  /** The result of SQL as a file of the workspace. @throws CodedError what the batch engine and files say */
  exportSql(request: SqlExport): Promise<SqlExported>;
  /** Starts to read the result of SQL. */
  openRows(request: SqlRequest): Promise<OpenedRows>;
  nextRows(cursor: number): Promise<RowPage>;
}

export type PortMethod = keyof RunPort;

export const portMethods: readonly PortMethod[] = [
  'progress',
  'checkpoint',
  'log',
  'graph',
  'describe',
  'enqueue',
  'exportSql',
  'openRows',
  'nextRows',
];
