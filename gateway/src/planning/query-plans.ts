import { operationFromDocument } from '@apollo/federation-internals';
import type { QueryPlan } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import { BoundedCache } from './bounded-cache.ts';
import type { LoadedSupergraph } from './supergraph.ts';

/** A planned operation costs 10–60 KB; 1,000 of them are the working set of a large front end. */
const planLimit = 1_000;

/** Plans operations, and remembers plans by operation. One per supergraph: a new composition starts with an empty one. */
export class QueryPlans {
  readonly #supergraph: LoadedSupergraph;
  readonly #plans = new BoundedCache<QueryPlan>(planLimit);

  constructor(supergraph: LoadedSupergraph) {
    this.#supergraph = supergraph;
  }

  /**
   * The plan of a validated operation. Variables do not influence it: `@skip` and `@include` become conditions inside.
   * `key` names the document's text. @throws GraphQLError when the operation cannot be planned.
   */
  planFor(key: string, document: DocumentNode, operationName: string | undefined): QueryPlan {
    return this.#plans.getOrMake(`${key} ${operationName ?? ''}`, () => {
      const operation = operationFromDocument(this.#supergraph.plannerSchema, document, {
        ...(operationName === undefined ? {} : { operationName }),
        validate: false,
      });
      return this.#supergraph.planner.buildQueryPlan(operation);
    });
  }
}

/**
 * A subscription's plan as one that runs once per event: the primary fetch goes to the owning subgraph as an ordinary call
 * (which finds the event in its context), then `rest` fills in fields of other subgraphs.
 */
export function planForOneEvent(plan: QueryPlan): QueryPlan {
  if (plan.node?.kind !== 'Subscription') return plan;
  const { primary, rest } = plan.node;
  return {
    kind: 'QueryPlan',
    node: rest === undefined ? primary : { kind: 'Sequence', nodes: [primary, rest] },
  };
}
