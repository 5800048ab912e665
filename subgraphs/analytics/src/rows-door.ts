import { CodedError, type Logger } from '@tributary/runtime';
import {
  type AssertionVerifier,
  maskedProblem,
  type OnRefusal,
  RowStreams,
  refusalOf,
  type StreamDoor,
  type StreamDoorRequest,
  type StreamDoorResponse,
} from '@tributary/subgraph-kit';
import { eventLines } from './adapters/event-rows.ts';
import type { AnalyticsCore } from './core.ts';
import { timeRange } from './domain/time-range.ts';

export interface RowsDoorParts {
  readonly core: AnalyticsCore;
  readonly verifier: AssertionVerifier;
  readonly onRefusal: OnRefusal;
  readonly log: Logger;
}

/** The rule of `analyticsQuery` and `analyticsTables`. */
const mayAsk = { to: ['EDITOR'], scope: 'analytics:read' } as const;
const rowsPath = /^\/analytics\/rows\/([a-z_][a-z0-9_]{0,200})$/;

/** `GET /analytics/rows/<table>?from&to`: the tracked events of a table as JSON Lines, for whoever computes over more than a query may take. */
export function rowsDoor(parts: RowsDoorParts): StreamDoor {
  const streams = new RowStreams();
  return {
    prefixes: ['/analytics'],
    bodyLimitBytes: 0,
    handle: (request) =>
      answer({ ...parts, streams }, request).catch((error: unknown) =>
        maskedProblem(error, request, parts.log),
      ),
  };
}

async function answer(
  { core, verifier, onRefusal, streams }: RowsDoorParts & { readonly streams: RowStreams },
  request: StreamDoorRequest,
): Promise<StreamDoorResponse> {
  const principal = await verifier.verify(request.assertion);
  const table = core.tables.get(rowsPath.exec(request.path)?.[1] ?? '');
  if (table === undefined || table.rows.of !== 'EVENTS')
    throw new CodedError('NOT_FOUND', 'There is nothing at this path.');
  if (request.method !== 'GET')
    throw new CodedError('METHOD_NOT_ALLOWED', 'This path answers GET.', { details: { allow: ['GET'] } });
  const refusal = refusalOf(principal, mayAsk);
  if (refusal !== undefined) {
    onRefusal(principal, 'GET /analytics/rows', refusal);
    throw refusal;
  }
  const query = new URLSearchParams(request.query);
  const range = {
    workspaceId: principal.workspaceId,
    ...timeRange(query.get('from'), query.get('to'), core.clock.now()),
  };
  const source = { sql: core.relational, range, maxEvents: Number.POSITIVE_INFINITY };
  return {
    status: 200,
    headers: { 'content-type': 'application/jsonl; charset=utf-8', 'cache-control': 'no-store' },
    body: streams.of(principal.workspaceId, eventLines(table.rows.kind, source)),
  };
}
