import { CodedError } from '@tributary/runtime';
import { type DoorRequest, type DoorResponse, isCheckedPerItem } from '@tributary/subgraph-kit';
import type { GraphQLSchema } from 'graphql';
import { type BoundRoute, bindRoute } from '../domain/bound-route.ts';
import { checkedBody, parseJsonBody } from '../domain/json-body.ts';
import { mergePatchMedia } from '../domain/merge-patch.ts';
import { queryParameters, variablesFrom } from '../domain/query-parameters.ts';
import type { RouteMatch } from '../domain/routing.ts';
import { keepsAnswers } from '../domain/saved-operation.ts';
import { versionFromIfMatch } from '../http/entity-tag.ts';
import { assertAcceptable, assertJsonBody } from '../http/negotiation.ts';
import { assertConditions } from '../http/preconditions.ts';
import { answerOnce, type OnceDeps } from './answer-once.ts';
import { assertAllowed } from './assert-allowed.ts';
import { attemptRoute } from './attempt-route.ts';
import { idempotencyKey } from './idempotency-key.ts';

export interface RouteDeps extends OnceDeps {
  readonly apiSchema: () => Promise<GraphQLSchema>;
}

/** Reading and checking less than this costs less than a question to the graph. */
const largeBodyBytes = 16_384;

/** Answers a request whose route is known. @throws CodedError for every failure that no key has to remember. */
export async function answerRoute(
  match: RouteMatch,
  request: DoorRequest,
  deps: RouteDeps,
): Promise<DoorResponse> {
  const { route } = match.operation;
  assertAcceptable(request.headers['accept'], [
    'application/json',
    ...(route.status === 204 ? ['application/problem+json'] : []),
  ]);
  const bound = bindRoute(match.operation, await deps.apiSchema());
  const askRights = (): Promise<void> => assertAllowed(bound.operation, { request, execute: deps.execute });
  // A large body is work by itself: it is not read for somebody who may not bring it.
  const isLarge = bound.bodyType !== undefined && request.body.byteLength > largeBodyBytes;
  if (isLarge) await askRights();
  const variables = await variablesOf(bound, match, request).catch(async (error: unknown) => {
    // Who may not come in is told so, and not what is wrong with what was brought.
    if (route.method !== 'GET' && !isLarge) await askRights();
    throw error;
  });
  const header = request.headers['idempotency-key'];
  if (header === undefined || route.method === 'GET')
    return attemptRoute(bound, variables, { request, deps });
  if (route.shownOnce)
    throw new CodedError(
      'BAD_REQUEST',
      'This answer is kept for nobody: send it without an Idempotency-Key.',
      { details: { parameter: 'Idempotency-Key' } },
    );
  const key = idempotencyKey(header);
  return keepsAnswers(bound.operation)
    ? answerOnce(bound, variables, { request, deps, key, askRights })
    : attemptRoute(bound, variables, { request, deps });
}

async function variablesOf(
  { operation, parameters, bodyType }: BoundRoute,
  match: RouteMatch,
  request: DoorRequest,
): Promise<Record<string, unknown>> {
  const { route } = operation;
  assertConditions(request.headers, route);
  const given = new Map(queryParameters(request.query));
  for (const name of given.keys()) {
    if (match.pathValues.has(name))
      throw new CodedError('BAD_USER_INPUT', `${name} belongs to the path.`, {
        details: { parameter: name },
      });
  }
  for (const [name, value] of match.pathValues) given.set(name, [value]);
  const variables = variablesFrom(given, parameters);
  if (bodyType === undefined) assertNoBody(request.body);
  else {
    assertJsonBody(request.headers, ['application/json', ...(route.mergePatch ? [mergePatchMedia] : [])]);
    const body = checkedBody(parseJsonBody(request.body), bodyType, isCheckedPerItem);
    Object.assign(variables, route.body === undefined ? body : { [route.body]: body });
  }
  const ifMatch = request.headers['if-match'];
  if (ifMatch !== undefined && route.ifMatch !== undefined) {
    const version = versionFromIfMatch(ifMatch, match.pathValues.get('id') ?? match.pathValues.get('name'));
    if (version !== undefined) variables[route.ifMatch] = version;
  }
  return variables;
}

/** `{}` says nothing, and many clients send it where they have nothing to say. */
function assertNoBody(body: Uint8Array): void {
  if (
    body.byteLength === 0 ||
    (body.byteLength <= 16 && /^\s*\{\s*\}\s*$/.test(Buffer.from(body).toString()))
  )
    return;
  throw new CodedError('BAD_USER_INPUT', 'This takes no body.', { details: { parameter: 'body' } });
}
