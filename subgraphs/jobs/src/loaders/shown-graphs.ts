import type { CallContext } from '@tributary/subgraph-kit';
import type { JobsCore } from '../core.ts';
import { type ConnectedGraph, connectedGraph } from '../usecases/connected-graph.ts';

/** The graphs of one call, one read after the other: runs that hang together have one graph, which is read once for all of them. */
export class ShownGraphs {
  readonly #core: JobsCore;
  readonly #call: Pick<CallContext, 'principal' | 'signal'>;
  readonly #asked = new Map<string, Promise<ConnectedGraph>>();
  /** Of every run in a graph that was told whole. */
  readonly #whole = new Map<string, ConnectedGraph>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(core: JobsCore, call: Pick<CallContext, 'principal' | 'signal'>) {
    this.#core = core;
    this.#call = call;
  }

  /** @throws CodedError OVERLOADED, DEADLINE_EXCEEDED */
  of(id: string): Promise<ConnectedGraph> {
    const asked = this.#asked.get(id);
    if (asked !== undefined) return asked;
    const read = this.#last.then(() => this.#whole.get(id) ?? this.#read(id));
    this.#asked.set(id, read);
    this.#last = read.catch(() => undefined);
    return read;
  }

  async #read(id: string): Promise<ConnectedGraph> {
    const { principal, signal } = this.#call;
    const { workspaceId } = principal;
    const graph = await this.#core.graphTurns.run({ who: workspaceId, signal }, () =>
      connectedGraph(this.#core, { workspaceId, id }),
    );
    if (graph.holdsAllRuns) for (const run of graph.runs) this.#whole.set(run.id, graph);
    return graph;
  }
}
