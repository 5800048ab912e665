import type { GraphQLFormattedError } from 'graphql';
import type { FetchPlace } from '../../planning/plan.ts';
import type { RequestScope } from '../request-scope.ts';
import type { JsonObject } from './own-keys.ts';
import type { PassAnswer } from './passed-answer.ts';

/** What a plan asks of a subgraph. */
export interface FetchRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  /** Objects of the asker's own, made when they are read. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The whole as it is sent over HTTP, made when it is read. */
  readonly body: string;
  /** What it was answered with the last time. */
  readonly expected: Buffer | undefined;
  /** Where it may be the client's answer as it comes. */
  readonly passes: PassAnswer | undefined;
  /** Where plans note it. */
  readonly place?: FetchPlace | undefined;
}

export interface FetchAnswer {
  readonly data: JsonObject | null;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  /** It is no answer of the subgraph, which was not asked, or did not say anything that counts as one. */
  readonly isUnanswered?: true;
  /** The answer as it came, where it came in bytes: the very ones that were expected, if it is the same. */
  readonly bytes?: Buffer | undefined;
  /** What it came by, where others may have been told by the same: they were told the same. */
  readonly exchange?: object | undefined;
  /** The client's answer, where it came as such: `passes` said so. */
  readonly passed?: Buffer | undefined;
}

/**
 * Asks one subgraph. A subgraph that is away answers with errors, as one that fails does; only a fault of ours rejects. The answer belongs
 * to the asker, who changes it.
 */
export type SubgraphFetch = (request: FetchRequest, scope: RequestScope) => Promise<FetchAnswer>;
