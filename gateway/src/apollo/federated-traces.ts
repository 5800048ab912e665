import { google, Trace } from '@apollo/usage-reporting-protobuf';
import type { FetchPlace, PlanNode } from '../planning/plan.ts';
import type { PlanningLog } from '../planning/planning-figures.ts';

/** With it a subgraph is asked for its trace (`extensions.ftv1`). */
export const traceHeader = ['apollo-federation-include-trace', 'ftv1'] as const;

type FetchNode = Trace.QueryPlanNode.FetchNode;

export interface TracingOptions {
  /** When the request began, by the process's clock. */
  readonly startHrTime: readonly [number, number] | undefined;
  /** Of the operation: subgraphs tell of entities by `Query`. */
  readonly rootType: string;
  readonly log: PlanningLog;
}

/** What subgraphs tell of their part in one operation, as the server's plugins for usage reports and inline traces take it from a gateway. */
export class FederatedTraces {
  readonly #options: TracingOptions;
  readonly #fetches = new Map<FetchPlace, FetchNode[]>();

  constructor(options: TracingOptions) {
    this.#options = options;
  }

  /** A fetch is sent; what is returned is to be called with the answer's `extensions`. */
  sent(serviceName: string, place: FetchPlace): (extensions?: Readonly<Record<string, unknown>>) => void {
    const { startHrTime } = this.#options;
    const node = new Trace.QueryPlanNode.FetchNode({ serviceName, sentTime: now() });
    if (startHrTime !== undefined) {
      const [seconds, nanos] = process.hrtime([...startHrTime]);
      node.sentTimeOffset = seconds * 1e9 + nanos;
    }
    this.#fetches.set(place, [...(this.#fetches.get(place) ?? []), node]);
    return (extensions = {}) => {
      node.receivedTime = now();
      const { ftv1 } = extensions;
      if (typeof ftv1 === 'string') this.#read(node, ftv1);
    };
  }

  /** The plan with what was told of each fetch; undefined where nobody was asked. */
  get tree(): Trace.QueryPlanNode | undefined {
    const [place] = this.#fetches.keys();
    return place && this.#node(place.plan);
  }

  #node(node: PlanNode): Trace.QueryPlanNode {
    if (node.kind === 'sequence')
      return new Trace.QueryPlanNode({ sequence: { nodes: node.nodes.map((each) => this.#node(each)) } });
    if (node.kind === 'parallel')
      return new Trace.QueryPlanNode({ parallel: { nodes: node.nodes.map((each) => this.#node(each)) } });
    const { place, subgraph } = node;
    const found = (place && this.#fetches.get(place)) ?? [
      new Trace.QueryPlanNode.FetchNode({ serviceName: subgraph }),
    ];
    const fetches = found.map((fetch) => new Trace.QueryPlanNode({ fetch }));
    const [only] = fetches;
    // What failed together is asked part by part.
    const asked =
      fetches.length === 1 && only ? only : new Trace.QueryPlanNode({ parallel: { nodes: fetches } });
    if (place === undefined || place.path.length === 0) return asked;
    const responsePath = place.path.map((fieldName) => ({ fieldName }));
    return new Trace.QueryPlanNode({ flatten: { responsePath, node: asked } });
  }

  #read(node: FetchNode, ftv1: string): void {
    try {
      node.trace = Trace.decode(Buffer.from(ftv1, 'base64'));
      for (const child of node.trace.root?.child ?? []) child.parentType = this.#options.rootType;
    } catch (error) {
      node.traceParsingFailed = true;
      this.#options.log.warn({ err: error, subgraph: node.serviceName }, 'a subgraph’s trace cannot be read');
    }
  }
}

function now(): google.protobuf.Timestamp {
  const ms = Date.now();
  return new google.protobuf.Timestamp({ seconds: Math.floor(ms / 1_000), nanos: (ms % 1_000) * 1e6 });
}
