import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from '@tributary/runtime';
import type { OperationTypeNode } from 'graphql';
import { CallerGone } from '../execution/departure.ts';
import type { RequestScope } from '../execution/request-scope.ts';
import type { SubgraphCircuit } from '../execution/subgraph-circuit.ts';
import { circuitFigures, type EdgeMetrics } from '../http/edge-metrics.ts';
import type { ObserveFetch } from './observed-fetch.ts';
import type { ObservedRun } from './observed-run.ts';
import type { OpenTrace, OperationTrace } from './operation-trace.ts';

export interface RequestInsightOptions {
  readonly figures: EdgeMetrics;
  /** Operations that take as long are logged, with their plan; undefined: none is. */
  readonly slowMs: number | undefined;
  /** Undefined where nothing is traced. */
  readonly openTrace: OpenTrace | undefined;
  readonly log: Logger;
}

/** The way an operation came in: over HTTP, over a socket or as a stream of events, as an event of a subscription or the call that opens it, from a process of ours. */
export type InsightDoor = 'graphql' | 'socket' | 'stream' | 'event' | 'opening' | 'internal';

/** One operation, from when it came to its answer. */
export interface SeenRequest extends ObservedRun {
  /** Undefined where whatever of ours asks has one of its own. */
  readonly door: InsightDoor | undefined;
  /** Its time is taken from its first byte to the last of its answer, by the server. */
  readonly isMeasured: boolean;
  text: string | undefined;
  /** Names the text, where that is not kept. */
  readonly hash?: string | undefined;
  kind: `${OperationTypeNode}` | undefined;
  name: string | undefined;
  readonly trace: OperationTrace | undefined;
}

/** What figures and logs say of a request whose client left before it was answered; no client gets it. */
export const clientGone = 499;

/** What can be told of requests to the people who run the gateway: figures, slow operations, traces. Values of variables are in none of them. */
export class RequestInsight {
  readonly figures: EdgeMetrics;
  readonly #options: RequestInsightOptions;
  readonly #gone = new Set<string>();

  constructor(options: RequestInsightOptions) {
    this.#options = options;
    this.figures = options.figures;
  }

  get isTracing(): boolean {
    return this.#options.openTrace !== undefined;
  }

  /** Takes what becomes of the fetches of one subgraph. */
  fetchObserver(subgraph: string, circuitState: () => SubgraphCircuit['state']): ObserveFetch {
    const breaker = this.figures.breakerState.labels(subgraph);
    this.#gone.delete(subgraph);
    breaker.set(circuitFigures.closed);
    return (outcome, durationMs) => {
      this.figures.fetchSeconds.observe({ subgraph, outcome }, durationMs / 1_000);
      if (!this.#gone.has(subgraph)) breaker.set(circuitFigures[circuitState()]);
    };
  }

  /** The graph has it no more: what is not there is not away either, whatever may still run on it. */
  forget(subgraph: string): void {
    this.#gone.add(subgraph);
    this.figures.breakerState.remove(subgraph);
  }

  begin(
    door: InsightDoor | undefined,
    traceparent?: IncomingHttpHeaders[string],
    isMeasured = false,
  ): SeenRequest {
    return {
      door,
      isMeasured,
      startedMs: performance.now(),
      fetches: [],
      plan: undefined,
      planningMs: undefined,
      text: undefined,
      kind: undefined,
      name: undefined,
      trace: this.#options.openTrace?.(typeof traceparent === 'string' ? traceparent : undefined),
    };
  }

  /** `status` is that of HTTP, or what became of it in a word. */
  end(seen: SeenRequest, status: number | 'errors'): void {
    const { door, isMeasured, startedMs, kind, name, text, hash, trace, fetches, plan, planningMs } = seen;
    const durationMs = performance.now() - startedMs;
    const labels = { door: door ?? '', type: kind ?? 'none', status: String(status) };
    if (door !== undefined && !isMeasured) this.figures.requestSeconds.observe(labels, durationMs / 1_000);
    trace?.end(
      {
        'graphql.operation.type': kind ?? 'none',
        ...(status === 'errors' ? {} : { 'http.response.status_code': status }),
      },
      status !== 'errors' && status >= 500,
    );
    const { slowMs, log } = this.#options;
    if (slowMs === undefined || durationMs < slowMs) return;
    const operationHash = hash ?? (text === undefined ? undefined : hashOf(text));
    if (operationHash === undefined) return;
    log.warn(
      {
        door,
        operationName: name,
        operationType: kind,
        operationHash,
        durationMs: rounded(durationMs),
        status,
        ...(planningMs === undefined ? {} : { planningMs: rounded(planningMs) }),
        plan: plan ?? 'none',
        fetches: fetches.slice(0, fetchesTold).map((fetch) => ({
          ...fetch,
          startedAfterMs: rounded(fetch.startedAfterMs),
          durationMs: rounded(fetch.durationMs),
        })),
      },
      'slow operation',
    );
  }
}

/** Runs an operation of which everything is known, and tells of it where somebody wants to know; from `startedMs` on, where it came before. `observed` is to be in its scope. */
export async function observedRun<Answer extends { readonly errors?: readonly unknown[] }>(
  insight: RequestInsight | undefined,
  {
    door,
    traceparent,
    ...facts
  }: Pick<SeenRequest, 'door' | 'kind' | 'name'> &
    Partial<Pick<SeenRequest, 'startedMs' | 'text' | 'hash'>> & { readonly traceparent?: string | undefined },
  run: (observed: Pick<RequestScope, 'observed'>) => Promise<Answer>,
): Promise<Answer> {
  if (insight === undefined) return run({});
  const seen = Object.assign(insight.begin(door, traceparent), facts);
  let status: number | 'errors' = 'errors';
  try {
    const answer = await run({ observed: seen });
    if ((answer.errors ?? []).length === 0) status = 200;
    return answer;
  } catch (error) {
    if (error instanceof CallerGone) status = clientGone;
    throw error;
  } finally {
    insight.end(seen, status);
  }
}

/** Names the text of an operation in logs. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

const fetchesTold = 50;

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
