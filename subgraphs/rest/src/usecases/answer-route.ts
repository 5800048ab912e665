import { CodedError, type Logger } from '@tributary/runtime';
import type {
  AssertionVerifier,
  DoorRequest,
  DoorResponse,
  GraphExecutor,
  Principal,
} from '@tributary/subgraph-kit';
import type { GraphQLSchema } from 'graphql';
import { type BoundRoute, bindRoute } from '../domain/bound-route.ts';
import { checkedBody, parseJsonBody } from '../domain/json-body.ts';
import { queryParameters, variablesFrom } from '../domain/query-parameters.ts';
import { inRequestWords } from '../domain/refused-place.ts';
import type { RouteMatch } from '../domain/routing.ts';
import { showsAll } from '../domain/same-contents.ts';
import type { SavedOperation } from '../domain/saved-operation.ts';
import { versionFromIfMatch } from '../http/entity-tag.ts';
import { assertAcceptable, assertJsonBody } from '../http/negotiation.ts';
import { assertAllowed } from './assert-allowed.ts';
import { executeRoute } from './execute-route.ts';
import { derivedRecordId, idempotencyKey, principalKey, requestHash } from './idempotency-key.ts';
import type { Claim, IdempotencyStore } from './idempotency-store.ts';
import { type Attempted, runOnce } from './run-once.ts';
import { successResponse } from './success-response.ts';

export interface RouteDeps {
  readonly operations: readonly SavedOperation[];
  readonly execute: GraphExecutor;
  readonly apiSchema: () => Promise<GraphQLSchema>;
  readonly verifier: AssertionVerifier;
  readonly idempotency: IdempotencyStore;
  readonly log: Logger;
  /** Turns a failure into its answer, so that an idempotent failure can be kept. */
  readonly failed: (error: unknown, request: DoorRequest) => DoorResponse;
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
  if (header === undefined || route.method === 'GET') return attempt(bound, variables, { request, deps });
  if (route.shownOnce)
    throw new CodedError(
      'BAD_REQUEST',
      'This answer is kept for nobody: send it without an Idempotency-Key.',
      {
        details: { parameter: 'Idempotency-Key' },
      },
    );

  const key = idempotencyKey(header);
  const principal = await deps.verifier.verify(request.assertion);
  if (principal.kind === 'anonymous') {
    // Everybody without a name would share one set of keys, and read each other's answers.
    throw new CodedError('UNAUTHENTICATED', 'An Idempotency-Key needs a signed-in user or an API key.');
  }
  const work = async (claim: Claim): Promise<Attempted> => {
    let hasEffect = false;
    let mayHave = false;
    const onEffect = (isSure: boolean): void => {
      hasEffect ||= isSure;
      mayHave ||= !isSure;
    };
    const keyed = { request, deps, claim, principal, key, onEffect };
    const response = await attemptUnderKey(bound, variables, keyed).catch((error: unknown) =>
      deps.failed(error, request),
    );
    // Refused before it was executed, or while its answer was put together: the first is refused again when nothing is asked for.
    if (mayHave && !hasEffect)
      hasEffect = await askRights().then(
        () => true,
        () => false,
      );
    return { response, hasEffect };
  };
  return runOnce({ principal, key, requestHash: requestHash(request) }, work, {
    store: deps.idempotency,
    log: deps.log,
    beforeReplay: askRights,
  });
}

async function variablesOf(
  { operation, parameters, bodyType }: BoundRoute,
  match: RouteMatch,
  request: DoorRequest,
): Promise<Record<string, unknown>> {
  const { route } = operation;
  const given = new Map(queryParameters(request.query));
  for (const name of given.keys()) {
    if (match.pathValues.has(name))
      throw new CodedError('BAD_USER_INPUT', `${name} belongs to the path.`, {
        details: { parameter: name },
      });
  }
  for (const [name, value] of match.pathValues) given.set(name, [value]);
  const variables = variablesFrom(given, parameters);
  if (bodyType !== undefined) {
    assertJsonBody(request.headers, [
      'application/json',
      ...(route.method === 'PATCH' ? ['application/merge-patch+json'] : []),
    ]);
    const body = checkedBody(parseJsonBody(request.body), bodyType);
    Object.assign(variables, route.body === undefined ? body : { [route.body]: body });
  }
  const ifMatch = request.headers['if-match'];
  if (ifMatch !== undefined && route.ifMatch !== undefined) {
    const version = versionFromIfMatch(ifMatch, match.pathValues.get('id'));
    if (version !== undefined) variables[route.ifMatch] = version;
  }
  return variables;
}

interface Attempt {
  readonly request: DoorRequest;
  readonly deps: RouteDeps;
  readonly onEffect?: (isSure: boolean) => void;
}

async function attempt(
  bound: BoundRoute,
  variables: Readonly<Record<string, unknown>>,
  { request, deps, onEffect }: Attempt,
): Promise<DoorResponse> {
  const { operation } = bound;
  try {
    return successResponse(
      operation,
      await executeRoute(operation, variables, { request, execute: deps.execute, onEffect }),
      request,
    );
  } catch (error) {
    const conditional =
      operation.route.ifMatch !== undefined && Object.hasOwn(variables, operation.route.ifMatch);
    if (!(error instanceof CodedError)) throw error;
    if (error.code !== 'VERSION_CONFLICT' || !conditional) throw inRequestWords(error, bound, variables);
    throw new CodedError('PRECONDITION_FAILED', 'The resource is not at the version named in If-Match.', {
      cause: error,
    });
  }
}

interface KeyedAttempt extends Attempt {
  readonly claim: Claim;
  readonly principal: Principal;
  readonly key: string;
}

/**
 * An attempt that may follow one whose outcome nobody knows. Creating: every attempt gives the record the same id, so a second one
 * collides with the first and answers the record that is there; under an id of the partner's own it may be anybody's, and must hold what was sent. Deleting: what is gone already is gone as asked. Changing: the same
 * values are set again, or If-Match tells that somebody (maybe the first attempt) changed it.
 */
async function attemptUnderKey(
  bound: BoundRoute,
  given: Readonly<Record<string, unknown>>,
  keyed: KeyedAttempt,
): Promise<DoorResponse> {
  const { request, deps, claim } = keyed;
  const { operation } = bound;
  const { method, body } = operation.route;
  if (method === 'POST' && claim.repeated && !bound.takesId) {
    throw new CodedError(
      'CONFLICT',
      'An earlier attempt under this Idempotency-Key ended without an answer and may have had its effect; look before you use a new key.',
    );
  }
  const chosenId = derivedRecordId(principalKey(keyed.principal), keyed.key, claim.firstAttemptMs);
  const variables =
    bound.takesId && body !== undefined ? { ...given, [body]: withId(given[body], chosenId) } : given;
  try {
    return await attempt(bound, variables, keyed);
  } catch (error) {
    if (!claim.repeated || !(error instanceof CodedError)) throw error;
    if (method === 'DELETE' && error.code === 'NOT_FOUND')
      return successResponse(operation, { value: null, wasThere: true }, request);
    const reader = deps.operations.find(
      ({ route }) => route.method === 'GET' && route.path === operation.route.location,
    );
    if (method !== 'POST' || error.code !== 'CONFLICT' || reader === undefined || body === undefined)
      throw error;
    const { id } = variables[body] as { readonly id: string };
    // When the collision was with another record (a unique field), there is nothing under this id and the first error stands.
    const record = await executeRoute(reader, { id }, { request, execute: deps.execute }).catch(
      (failure: unknown) => {
        throw failure instanceof CodedError && failure.code === 'NOT_FOUND' ? error : failure;
      },
    );
    const { id: ownId, ...sent } = given[body] as Readonly<Record<string, unknown>>;
    if ((ownId ?? null) !== null && !showsAll(record.value, sent)) throw error;
    return successResponse(operation, record, request);
  }
}

function withId(input: unknown, chosenId: string): unknown {
  const fields = input as Readonly<Record<string, unknown>>;
  return { ...fields, id: fields['id'] ?? chosenId };
}
