import { createHash } from 'node:crypto';
import { type DocumentNode, print } from 'graphql';
import type { Plan } from './plan.ts';
import type { PlannedBy, PlannedGraph, Planner, PlannerName } from './planner.ts';
import type { PlanningWatch } from './planning-figures.ts';
import type { PlanningCall } from './planning-host.ts';
import type { KnownGraph } from './planning-messages.ts';
import { NoPlanningProcess, planningProcess } from './planning-process.ts';

export interface ApartOptions {
  /** Plans here where there can be no process. */
  readonly makeOther: () => Planner;
  readonly watch: PlanningWatch;
}

/** Apollo's planner in the process that plans, in which nothing takes longer than it may; where there can be none, `makeOther` plans here. */
export class ApartPlanner implements Planner {
  readonly #graph: KnownGraph;
  readonly #options: ApartOptions;
  #other: Planner | undefined;
  #isClosed = false;

  /** `planner` is the one that reads the graph before anybody asks. */
  constructor({ sdl }: PlannedGraph, planner: PlannerName, options: ApartOptions) {
    this.#graph = { name: createHash('sha256').update(sdl).digest('base64'), sdl };
    this.#options = options;
    void planningProcess.hold(this.#graph, planner, options.watch);
  }

  get graph(): KnownGraph {
    return this.#graph;
  }

  callOf(document: DocumentNode, operationName: string | undefined, by: PlannedBy): PlanningCall {
    const { labels, drawn, asking } = by;
    const question = { text: print(document), operationName, labels: [...labels], drawn };
    return { question, asking, watch: this.#options.watch };
  }

  async plan(
    document: DocumentNode,
    operationName: string | undefined,
    by: PlannedBy,
    call = this.callOf(document, operationName, by),
  ): Promise<Plan> {
    try {
      return await planningProcess.planWithApollo(this.#graph, call);
    } catch (error) {
      if (!(error instanceof NoPlanningProcess)) throw error;
      this.#other ??= this.#options.makeOther();
      return this.#other.plan(document, operationName, by);
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await planningProcess.release(this.#graph);
  }
}
