import type { BatchColumn, BatchEngine, BatchRow } from '@tributary/engines/batch-engine';
import { untilAborted } from '@tributary/engines/batch-engine/until-aborted';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import type { ModelRows } from '../adapters/gateway-rows.ts';
import { batchTable, namedTables, type QueryTable } from '../adapters/query-tables.ts';
import { timeRange } from '../domain/time-range.ts';

/** Answers of one call. */
const limits = { maxRows: 5_000, maxBytes: 2_000_000 } as const;
/** An answer about a mistyped name need not be longer than a page. */
const listedTables = 100;
/** Most events of a table: 200 bytes each, they are 100 MB on their way to the engine. */
const maxEvents = 500_000;
/** How long a query may wait for its turn, of what it may take itself: both together stay within the five seconds that the gateway waits. */
const waitingShare = 0.5;
/** Queries of one workspace at a time, at work or waiting: the engine's places go from workspace to workspace. */
const maxAtOnce = 2;

export interface AskParts {
  readonly relational: Relational;
  readonly batchEngine: BatchEngine;
  readonly tables: ReadonlyMap<string, QueryTable>;
  readonly modelRows: ModelRows;
  readonly queryTimeLimitMs: number;
  readonly asking: Map<string, number>;
  readonly clock: Clock;
  readonly principal: Principal;
  readonly assertion: string | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface Question {
  readonly sql: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface AskedRows {
  readonly columns: readonly BatchColumn[];
  readonly rows: readonly BatchRow[];
  readonly truncated: boolean;
}

/**
 * Answers SQL over the caller's workspace: events of a range of time, and models as the caller may read them.
 * @throws CodedError BAD_USER_INPUT for a range that ends before it begins, OVERLOADED, DEADLINE_EXCEEDED that names the way for longer
 * questions, and what the batch engine throws
 */
export async function askEvents(question: Question, parts: AskParts): Promise<AskedRows> {
  const { asking, principal, queryTimeLimitMs } = parts;
  const { workspaceId } = principal;
  const present = asking.get(workspaceId) ?? 0;
  if (present >= maxAtOnce) {
    throw new CodedError('OVERLOADED', `A workspace asks ${maxAtOnce} queries at a time.`, {
      details: { retryAfterMs: 1_000 },
    });
  }
  asking.set(workspaceId, present + 1);
  const answering = answer(question, parts).finally(() => {
    const left = (asking.get(workspaceId) ?? 1) - 1;
    if (left === 0) asking.delete(workspaceId);
    else asking.set(workspaceId, left);
  });
  // An engine that is silent, or has much else to do, takes its time to stop as well: nobody waits for that, and the place is taken until it has.
  const over = AbortSignal.timeout(Math.ceil(queryTimeLimitMs * (1 + waitingShare)));
  try {
    return await untilAborted(over, () => answering);
  } catch (error) {
    throw isTooSlow(error) ? tooSlow(queryTimeLimitMs, error) : error;
  }
}

async function answer({ sql, from, to }: Question, parts: AskParts): Promise<AskedRows> {
  const { relational, batchEngine, clock, principal, assertion = '', signal } = parts;
  const { queryTimeLimitMs: timeLimitMs } = parts;
  const range = { workspaceId: principal.workspaceId, ...timeRange(from, to, clock.now()) };
  // What a caller no longer waits for is not read on; and no model takes longer than the answer may. Nothing is read before the query's turn has come.
  let timeUp: AbortSignal | undefined;
  const reading = (): AbortSignal => {
    timeUp ??= AbortSignal.timeout(timeLimitMs);
    return AbortSignal.any([timeUp, ...(signal === undefined ? [] : [signal])]);
  };
  const sources = {
    sql: relational,
    range,
    maxEvents,
    modelRows: (typeName: string) => parts.modelRows(typeName, { assertion, signal: reading() }),
  };
  const tables = namedTables(parts.tables, sql).map((table) => batchTable(table, sources));
  const { workspaceId: owner } = principal;
  const waitLimitMs = timeLimitMs * waitingShare;
  const query = { sql, tables, owner, timeLimitMs, waitLimitMs, ...(signal === undefined ? {} : { signal }) };
  await using rows = await batchEngine.query(query, limits).catch((error: unknown) => {
    throw withAllTables(error, [...parts.tables.keys()]);
  });
  const all: BatchRow[] = [];
  for await (const page of rows.pages()) all.push(...page);
  return { columns: rows.columns, rows: all, truncated: rows.truncated };
}

/** The engine is handed the tables that the SQL names, and knows of no others: the one that is meant is among those there are. */
function withAllTables(error: unknown, tables: readonly string[]): unknown {
  if (!(error instanceof CodedError) || error.details['tables'] === undefined) return error;
  const details = { ...error.details, tables: tables.slice(0, listedTables) };
  return new CodedError(error.code, error.message, { cause: error, details });
}

function isTooSlow(error: unknown): boolean {
  if (error instanceof CodedError) return error.code === 'DEADLINE_EXCEEDED';
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function tooSlow(timeLimitMs: number, cause: unknown): CodedError {
  return new CodedError(
    'DEADLINE_EXCEEDED',
    `The query was stopped after ${timeLimitMs / 1_000} seconds; what takes longer is answered as a file by the job export-query.`,
    { cause, details: { timeLimitMs, job: 'export-query' } },
  );
}
