import type { QueryPlan } from '@graphql-hive/router-query-planner';

/** A supergraph that operations are planned over. */
export interface NativeGraph {
  /** Names the text: equal texts have equal names. */
  readonly name: string;
  readonly sdl: string;
}

export interface NativeQuestion {
  /** The name of its graph. */
  readonly graph: string;
  readonly text: string;
  readonly operationName: string | undefined;
  /** Labels of `@override` in force. */
  readonly labels: readonly string[];
  /** 0 up to 100: labels of a larger percentage are in force. */
  readonly drawn: number;
}

export type ToNative =
  | ({ readonly kind: 'graph' } & NativeGraph)
  | ({ readonly kind: 'plan' } & NativeQuestion);

export type FromNative =
  | { readonly kind: 'planned'; readonly plan: QueryPlan }
  /** There is no plan, or the graph cannot be read. */
  | { readonly kind: 'unplanned' }
  /** The graph was never told, or is forgotten. */
  | { readonly kind: 'unknown' }
  /** This system has no native planner. */
  | { readonly kind: 'absent' }
  /** The graph is there. */
  | { readonly kind: 'ready' };
