import type { GraphQLError } from 'graphql';
import type { RequestScope } from '../request-scope.ts';
import type { VariableValues } from './conditions.ts';
import type { JsonObject } from './own-keys.ts';
import type { BroughtFetch, RememberedFetch, RememberedRun } from './remembered-runs.ts';
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
  /** What this run was told before it had to be worked out, by index of the fetch. */
  readonly brought: readonly (BroughtFetch | undefined)[];
  /** What it was told, to be remembered; undefined where nobody wants to, or some of it came in no bytes. */
  told: (RememberedFetch | undefined)[] | undefined;
  /** The client's answer, where one fetch brought it as such. */
  passed: Buffer | undefined;
}

/** A run that goes by a remembered one. */
export interface FollowedRun {
  readonly scope: RequestScope;
  readonly remembered: RememberedRun;
  /** What it was told, by index of the fetch. */
  readonly brought: (BroughtFetch | undefined)[];
}

/** A part of a plan, ready to run. */
export interface PlanProgram {
  /** Never rejects: what goes wrong is among the run's errors. */
  run(run: PlanRun): Promise<void>;
  /** Asks what the remembered run asked. Resolves with whether all was told that was told then. */
  follow(run: FollowedRun): Promise<boolean>;
}
