import type { GraphQLError } from 'graphql';
import type { RequestScope } from '../request-scope.ts';
import type { VariableValues } from './conditions.ts';
import type { JsonObject } from './own-keys.ts';
import type { SharedParts } from './shared-parts.ts';

/** One run of a plan: what it was asked with, and what it has brought so far. */
export interface PlanRun {
  /** As the client sent them; subgraphs apply the defaults that the plan's operations declare. */
  readonly variables: VariableValues;
  readonly scope: RequestScope;
  readonly data: JsonObject;
  /** What of it stands in several places. */
  readonly shared: SharedParts;
  /** How often data has been walked. */
  walks: number;
  readonly errors: GraphQLError[];
  /** Entities of which their owner said that there are none, or none for this caller. */
  readonly absent: Set<JsonObject>;
  /** Root fields whose subgraph answered none of them, and said why: an error in one non-null field took the others along. */
  readonly unanswered: Set<string>;
}

/** A part of a plan, ready to run. Never rejects: what goes wrong is among the run's errors. */
export type PlanProgram = (run: PlanRun) => Promise<void>;
