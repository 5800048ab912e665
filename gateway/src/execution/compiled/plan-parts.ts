import type { GraphQLSchema } from 'graphql';
import type { AnswerShape } from './answer-shape.ts';
import type { CompiledSize } from './compiled-size.ts';
import type { PassAnswer } from './passed-answer.ts';
import type { SubgraphFetch } from './subgraph-fetch.ts';
import type { TypeCondition } from './type-conditions.ts';

/** What a plan is compiled with. */
export interface PlanParts {
  /** Asks the subgraph of that name. */
  readonly fetchFrom: (subgraph: string) => SubgraphFetch;
  /** The whole supergraph's: plans name types that clients do not see. */
  readonly schema: GraphQLSchema;
  readonly applies: TypeCondition;
}

/** What a fetch is compiled with. */
export interface FetchParts extends PlanParts {
  /** Some fetch of the plan goes by the types of objects, or by what stands above them: those of one path are then not all asked the same. */
  readonly isAskedApart: boolean;
  /** Where the plan is one fetch, whose answer may be the client's. */
  readonly passes: PassAnswer | undefined;
  /** Of mutations: whether those that were done leave no data. */
  readonly lossBy: AnswerShape['lossBy'];
  /** Grows by what is compiled. */
  readonly size: CompiledSize;
  /** Numbers the fetches of a plan. */
  readonly nextIndex: () => number;
}
