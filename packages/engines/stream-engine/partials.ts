import type { WindowFamily } from './flink-roles.ts';

/** Rows of one group that were summed up elsewhere. */
export interface PartialSum {
  readonly workspaceId: string;
  readonly grouping: number;
  /** The values of its dimensions, a JSON array. */
  readonly key: string;
  readonly family: WindowFamily;
  /** Of a pane, its start; of rows of a session, the first one's time, and the last one's. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Windows that end at or before it were closed when the rows came; null when all were open. */
  readonly closedMs: number | null;
  readonly rows: number;
  /** The states of the plan's summaries, as JSON. */
  readonly state: string;
}

/** What is known of a workspace's rows in one partition. */
export interface PartialTally {
  readonly workspaceId: string;
  readonly partition: number;
  readonly latestMs: number | null;
  /** Windows that end at or before it are closed for rows to come; null: none are, undefined: whoever summed them up does not tell. */
  readonly closedMs: number | null | undefined;
  readonly late: number;
  readonly ahead: number;
  readonly invalid: number;
}

export interface Partials {
  readonly sums: readonly PartialSum[];
  readonly tallies: readonly PartialTally[];
  /** The next record to read, by partition. */
  readonly positions: ReadonlyMap<number, number>;
}
