import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { LabelsInForce } from './override-labels.ts';
import type { Plan } from './plan.ts';

/** Whose planner plans. */
export type PlannerName = 'apollo' | 'hive';

/** Plans operations over one supergraph. */
export interface Planner {
  /**
   * A validated operation in which nothing depends on conditions any more.
   * @throws GraphQLError or CodedError when it cannot be planned.
   */
  plan(document: DocumentNode, operationName: string | undefined, labels: LabelsInForce): Promise<Plan>;
}

/** What planners are told of a supergraph. */
export interface PlannedGraph {
  readonly sdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** All of it, with `@allow`, `@stream`, `@ephemeral`, the directives for planners, and the fields clients do not see. */
  readonly supergraphSchema: GraphQLSchema;
}
