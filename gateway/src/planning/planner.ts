import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Departure } from '../execution/departure.ts';
import type { LabelsInForce } from './override-labels.ts';
import type { Plan } from './plan.ts';

/** Whose planner plans. */
export type PlannerName = 'apollo' | 'hive';

/** Who asks for a plan. */
export interface PlanAsking {
  /** Aborted when nobody waits for it any more. */
  readonly gone?: Departure | undefined;
  /** Names the text in which clients sent the operation, for the log. */
  readonly hash?: (() => string) | undefined;
}

/** By what, and for whom, one plan is made. */
export interface PlannedBy extends LabelsInForce {
  readonly asking?: PlanAsking | undefined;
}

/** Plans operations over one supergraph. */
export interface Planner {
  /**
   * A validated operation in which nothing depends on conditions any more.
   * @throws GraphQLError or CodedError when it cannot be planned, NobodyWaits when it was not begun with while somebody did.
   */
  plan(document: DocumentNode, operationName: string | undefined, by: PlannedBy): Promise<Plan>;
  /** Nobody asks any more: what was kept for that outside of this process is let go. Resolves when it is. */
  close?(): Promise<void>;
}

/** What planners are told of a supergraph. */
export interface PlannedGraph {
  readonly sdl: string;
  /** The same, parsed. */
  readonly document: DocumentNode;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** All of it, with `@allow`, `@stream`, `@ephemeral`, the directives for planners, and the fields clients do not see. */
  readonly supergraphSchema: GraphQLSchema;
}
