import { CodedError, type ErrorCode } from '@tributary/runtime';
import type { GraphQLFormattedError } from 'graphql';
import { isJsonObject, type JsonObject } from '../../execution/compiled/own-keys.ts';
import type { FetchAnswer, FetchRequest } from '../../execution/compiled/subgraph-fetch.ts';
import { subgraphErrors } from '../../execution/subgraph-errors.ts';
import type { StreamAddress } from './stream-address.ts';

/** What is asked of which subgraph, in whose name. */
export interface UpstreamRequest {
  readonly address: StreamAddress;
  readonly request: FetchRequest;
  /** As the header rules make them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Takes what a subgraph sends. After one of the last three nothing comes any more. */
export interface UpstreamSink {
  next(event: FetchAnswer, sizeBytes: number): void;
  /** The subgraph says that there is nothing more. */
  completed(): void;
  /** The subgraph ended it with errors of its own. */
  refused(errors: readonly GraphQLFormattedError[]): void;
  /** It was cut: what was sent since is lost. */
  cut(cause: Error): void;
}

/** One way to get events from a subgraph. */
export interface Upstreams extends AsyncDisposable {
  /**
   * Resolves when the subgraph has the subscription; disposing ends it there.
   * @throws RefusedByUpstream with the subgraph's errors, CodedError SUBGRAPH_UNAVAILABLE when it cannot be had.
   */
  open(upstream: UpstreamRequest, sink: UpstreamSink): Promise<Disposable>;
}

/** The subgraph will not have the subscription, and says why. */
export class RefusedByUpstream extends Error {
  readonly errors: readonly GraphQLFormattedError[];

  constructor(errors: readonly GraphQLFormattedError[]) {
    super(errors[0]?.message ?? 'The subgraph refused the subscription.');
    this.name = 'RefusedByUpstream';
    this.errors = errors;
  }
}

/** What subgraphs say by the code of a close, or by a status, and will say again however often they are asked. */
const refusals: Readonly<Record<number, ErrorCode>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  4400: 'BAD_REQUEST',
  4401: 'UNAUTHENTICATED',
  4403: 'FORBIDDEN',
};

/** The errors a refusal without any of its own stands for; none where it is no refusal. */
export function refusedWith(code: unknown, reason: unknown): readonly GraphQLFormattedError[] {
  const refusal = typeof code === 'number' ? refusals[code] : undefined;
  if (refusal === undefined) return [];
  const message =
    typeof reason === 'string' && reason !== '' ? reason : 'The subgraph refused the subscription.';
  return [{ message, extensions: { code: refusal } }];
}

export function upstreamAway(subgraph: string, cause: unknown): CodedError {
  return new CodedError('SUBGRAPH_UNAVAILABLE', `${subgraph} is away for a moment.`, { cause });
}

/** One event may be this large; what sends more is cut. */
export const eventLimitBytes = 16 * 1024 * 1024;

/** What was sent, as an answer. Something that has no such form becomes an error in its place: an event did happen. */
export function eventAnswer(subgraph: string, sent: unknown): FetchAnswer {
  const { data = null, errors } = isJsonObject(sent) ? sent : { errors: undefined };
  const said = subgraphErrors(errors, {});
  if (data !== null && !isJsonObject(data)) return noAnswer(subgraph);
  if (data === null && said.length === 0) return noAnswer(subgraph);
  return { data: data as JsonObject | null, ...(said.length === 0 ? {} : { errors: said }) };
}

function noAnswer(subgraph: string): FetchAnswer {
  const message = `${subgraph} sent an event that is no GraphQL answer.`;
  return { data: null, errors: [{ message, extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph } }] };
}
