import { CodedError, type Logger } from '@tributary/runtime';
import { asGraphQLError, maskError } from '@tributary/subgraph-kit/masking';
import type { GraphQLFormattedError } from 'graphql';
import { codedFormattedError } from '../../execution/answer-errors.ts';
import type { CompiledOperation } from '../../execution/compiled/compiled-operation.ts';
import { RefusedOperation } from '../../execution/refused-operation.ts';
import { brokenVariables } from '../../security/operation-limits.ts';
import { formattedAnswer } from '../answer-text.ts';
import type { AskedOperations } from '../asked-operations.ts';
import { askedScope, deadlineAfter } from '../asked-scope.ts';
import type { StandaloneSettings } from '../settings-file.ts';
import { type Primary, primaryOf } from './event-scope.ts';
import type { StreamAddress } from './stream-address.ts';
import { RefusedByUpstream } from './upstream.ts';

/** A subscription as it was asked for, without what its text had beside it. */
export interface AskedStream {
  readonly query: string;
  /** Names the text it came in, in the log. */
  readonly hash: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly forwarded: Readonly<Record<string, string>>;
}

/** A subscription for all who share it. */
export interface DrawnStream extends AskedStream {
  /** Decides labels of a percentage for its source and all its events, 0 up to 100. */
  readonly lot: number;
}

/** How it is answered by the supergraph in force. */
export interface StreamSource {
  readonly operation: CompiledOperation;
  readonly primary: Primary;
  readonly address: StreamAddress;
}

export interface StreamGraph {
  readonly operations: AskedOperations;
  readonly addresses: ReadonlyMap<string, StreamAddress>;
}

/** Finds where a subscription's events come from, before the deadline where there is one. @throws RefusedOperation with what is wrong with it. */
export async function sourceOf(
  { operations, addresses }: StreamGraph,
  { query, operationName, variables, lot }: DrawnStream,
  {
    limits,
    deadline,
    log,
  }: Pick<StandaloneSettings, 'limits'> &
    Partial<Pick<StandaloneSettings, 'deadline'>> & { readonly log: Logger },
): Promise<StreamSource> {
  const refused = (error: CodedError): RefusedOperation =>
    new RefusedOperation([codedFormattedError(error)], error.status, { cause: error });
  const refusing = (error: unknown): never => {
    throw error instanceof CodedError ? refused(error) : error;
  };
  const cameAtMs = performance.now();
  const scope = askedScope({ deadline }, { lot }, cameAtMs);
  const waiting = { deadlineAtMs: deadlineAfter({ deadline }, cameAtMs) };
  const asked = await Promise.resolve(operations.operation(query, operationName, waiting)).catch(refusing);
  if ('faults' in asked)
    throw new RefusedOperation(formattedAnswer({ errors: asked.faults }, log).errors ?? [], 400);
  if (asked.kind !== 'subscription')
    throw refused(new CodedError('BAD_REQUEST', 'This is not a subscription.'));
  const broken = brokenVariables(variables, { ...limits, cost: Number.POSITIVE_INFINITY });
  if (broken !== undefined) throw refused(broken);
  const { primary, errors } = await primaryOf(asked.compiled, variables, scope).catch(refusing);
  if (primary === undefined && errors.length > 0)
    throw new RefusedOperation(formattedAnswer({ errors }, log).errors ?? [], 400);
  const address = primary && addresses.get(primary.subgraph);
  if (primary === undefined || address === undefined)
    throw refused(new CodedError('BAD_USER_INPUT', 'The subscription asks for nothing.'));
  return { operation: asked.compiled, primary, address };
}

/** Events of the one are events of the other: nothing needs to be asked anew. */
export function isSameSource(one: StreamSource, other: StreamSource): boolean {
  const facts = ({ primary, address: { url, protocol } }: StreamSource): string =>
    JSON.stringify([primary.subgraph, primary.request.body, url, protocol]);
  return facts(one) === facts(other);
}

/** What keeps a subscription from starting, or ends it, as its client is told. */
export function streamErrors(
  error: unknown,
  log: Logger,
  subgraph?: string,
): readonly GraphQLFormattedError[] {
  if (error instanceof RefusedOperation) return error.errors;
  if (error instanceof RefusedByUpstream) return told(error.errors, subgraph);
  return [maskError(asGraphQLError(error), log).toJSON()];
}

/** A subgraph's own errors are passed on, with its name. */
function told(
  errors: readonly GraphQLFormattedError[],
  serviceName: string | undefined,
): readonly GraphQLFormattedError[] {
  return errors.map(({ message, path, extensions }) => ({
    message,
    ...(path === undefined ? {} : { path }),
    extensions: { ...extensions, ...(serviceName === undefined ? {} : { serviceName }) },
  }));
}
