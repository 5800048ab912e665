import { type OpenSpan, openSpan } from '@tributary/runtime';
import type { FetchTrace, PlanTrace, RunTrace } from './observed-run.ts';

/** Begins the trace of an operation below what its client says of one; undefined when the operation is not traced. */
export type OpenTrace = (traceparent: string | undefined) => OperationTrace | undefined;

/** What is traced of one operation: a span of its own, and below it one for each plan that is made and each fetch. */
export class OperationTrace implements RunTrace {
  readonly #span: OpenSpan;
  /** What fetches that nobody will see tell their subgraphs, so that these begin no trace of their own. */
  readonly #unseen: FetchTrace;

  private constructor(span: OpenSpan) {
    this.#span = span;
    this.#unseen = { traceparent: span.traceparent, end: () => undefined };
  }

  /** Undefined when tracing is off. */
  static open(traceparent: string | undefined): OperationTrace | undefined {
    const span = openSpan('graphql', {}, traceparent);
    return span && new OperationTrace(span);
  }

  plan(): PlanTrace | undefined {
    if (!this.#span.isSampled) return undefined;
    const plan = openSpan('plan', {}, this.#span.traceparent);
    return plan && { end: (isFailed) => plan.end({}, isFailed) };
  }

  fetch(subgraph: string): FetchTrace {
    if (!this.#span.isSampled) return this.#unseen;
    const fetch = openSpan(`fetch ${subgraph}`, { 'tributary.subgraph': subgraph }, this.#span.traceparent);
    if (fetch === undefined) return this.#unseen;
    return {
      traceparent: fetch.traceparent,
      end: (outcome) =>
        fetch.end({ 'tributary.outcome': outcome }, outcome !== 'answered' && outcome !== 'errors'),
    };
  }

  end(attributes: Readonly<Record<string, string | number>>, isFailed: boolean): void {
    this.#span.end(attributes, isFailed);
  }
}

/** As the client says, where it traces; else by lot. What is not traced is not told of: subgraphs that are anyone's begin what they like. */
export function byLot(sampleRatio: number, random: () => number): OpenTrace {
  return (traceparent) => {
    const flags = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-([0-9a-f]{2})/.exec(traceparent ?? '')?.[1];
    const isTraced = flags === undefined ? random() < sampleRatio : (Number.parseInt(flags, 16) & 1) === 1;
    return isTraced ? OperationTrace.open(traceparent) : undefined;
  };
}
