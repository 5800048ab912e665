import type { BatchColumn, BatchEngine, BatchRow } from '@tributary/engines/batch-engine';
import type { Relational } from '@tributary/engines/relational';
import { type Clock, CodedError } from '@tributary/runtime';
import type { Principal } from '@tributary/subgraph-kit';
import { eventTables } from '../adapters/event-rows.ts';
import type { EventTypes } from '../domain/row-type.ts';

/** Answers of one call; and shorter than the gateway waits for a subgraph, so that the caller is told why. */
const limits = { maxRows: 5_000, maxBytes: 2_000_000 } as const;
const timeLimitMs = 4_000;
const defaultRangeMs = 7 * 86_400_000;
/** Queries of one workspace at a time: one may not take the places of all others. */
const maxAtOnce = 2;

export interface AskParts {
  readonly relational: Relational;
  readonly batchEngine: BatchEngine;
  readonly eventTypes: EventTypes;
  readonly asking: Map<string, number>;
  readonly clock: Clock;
  readonly principal: Principal;
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
 * Answers SQL over the caller's workspace's events of a range of time.
 * @throws CodedError BAD_USER_INPUT for a range that ends before it begins, OVERLOADED, and what the batch engine throws
 */
export async function askEvents({ sql, from, to }: Question, parts: AskParts): Promise<AskedRows> {
  const { relational, batchEngine, eventTypes, asking, clock, principal } = parts;
  const { workspaceId } = principal;
  const range = rangeOf(from, to, clock.now());
  const present = asking.get(workspaceId) ?? 0;
  if (present >= maxAtOnce) {
    throw new CodedError('OVERLOADED', `A workspace asks ${maxAtOnce} queries at a time.`, {
      details: { retryAfterMs: 1_000 },
    });
  }
  asking.set(workspaceId, present + 1);
  try {
    const tables = eventTables(relational, eventTypes, { text: sql, range: { workspaceId, ...range } });
    await using answer = await batchEngine.query({ sql, tables, timeLimitMs }, limits);
    const rows: BatchRow[] = [];
    for await (const page of answer.pages()) rows.push(...page);
    return { columns: answer.columns, rows, truncated: answer.truncated };
  } finally {
    const left = (asking.get(workspaceId) ?? 1) - 1;
    if (left === 0) asking.delete(workspaceId);
    else asking.set(workspaceId, left);
  }
}

function rangeOf(
  from: string | null,
  to: string | null,
  nowMs: number,
): { readonly from: string; readonly to: string } {
  const end = to === null ? nowMs + 1 : Date.parse(to);
  const start = from === null ? end - defaultRangeMs : Date.parse(from);
  if (start >= end)
    throw new CodedError('BAD_USER_INPUT', '`from` must lie before `to`.', { details: { argument: 'from' } });
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}
