/** The gateway's executor by itself: a supergraph, what asks its subgraphs, and operations to run. `tests/federation` holds it to the specification. */
export type { FetchAnswer, FetchRequest, SubgraphFetch } from './execution/compiled/subgraph-fetch.ts';
export { FederatedGraph, type GraphOperation } from './execution/federated-graph.ts';
export type { PlannerName } from './planning/planner.ts';
