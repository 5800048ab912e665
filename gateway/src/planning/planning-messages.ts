import type { QueryPlan } from '@graphql-hive/router-query-planner';
import type { Plan } from './plan.ts';
import type { PlannerName } from './planner.ts';

/** A supergraph that operations are planned over. */
export interface KnownGraph {
  /** Names the text: equal texts have equal names. */
  readonly name: string;
  readonly sdl: string;
}

export interface PlanningQuestion {
  readonly text: string;
  readonly operationName: string | undefined;
  /** Labels of `@override` in force. */
  readonly labels: readonly string[];
  /** 0 up to 100: labels of a larger percentage are in force. */
  readonly drawn: number;
}

export type ToPlanning =
  /** Nobody asks over the graph any more. */
  | { readonly kind: 'forget'; readonly graph: string }
  | { readonly kind: 'graph'; readonly planner: PlannerName; readonly graph: KnownGraph }
  | {
      readonly kind: 'plan';
      readonly planner: PlannerName;
      /** The name of the graph. */
      readonly graph: string;
      readonly question: PlanningQuestion;
    };

/** Why there is no plan, as far as it concerns who asked. */
export interface PlanningFault {
  readonly message: string;
  /** Of a CodedError. */
  readonly code?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** The message of what caused it, for the log. */
  readonly cause?: string;
  /** Of a RangeError: the stack does not suffice. */
  readonly isOverflow?: boolean;
  /** Of a GraphQLError. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export type FromPlanning =
  /** It runs, and takes questions. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'hive'; readonly plan: QueryPlan }
  | { readonly kind: 'apollo'; readonly plan: Plan }
  /** There is no plan, or the graph cannot be read. */
  | { readonly kind: 'unplanned'; readonly fault: PlanningFault }
  /** The graph was never told, or is forgotten. */
  | { readonly kind: 'unknown' }
  /** This system has no native planner. */
  | { readonly kind: 'absent' }
  /** The graph is there, or forgotten, as was told. */
  | { readonly kind: 'ready' };
