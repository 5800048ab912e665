import { CodedError } from '@tributary/runtime';
import type { AssertionVerifier, DoorRequest, DoorResponse, Principal } from '@tributary/subgraph-kit';
import type { BoundRoute } from '../domain/bound-route.ts';
import { isJsonObject } from '../domain/merge-patch.ts';
import { showsAll } from '../domain/same-contents.ts';
import { readerAt } from '../domain/saved-operation.ts';
import { type Attempt, type AttemptDeps, attemptRoute } from './attempt-route.ts';
import { executeRoute } from './execute-route.ts';
import { derivedRecordId, principalKey, requestHash } from './idempotency-key.ts';
import type { Claim } from './idempotency-store.ts';
import { type Attempted, type KeyDeps, leavesKeyFree, runOnce } from './run-once.ts';
import { successResponse } from './success-response.ts';

type Variables = Readonly<Record<string, unknown>>;

export interface OnceDeps extends AttemptDeps, KeyDeps {
  readonly verifier: AssertionVerifier;
  /** Turns a failure into its answer, so that an idempotent failure can be kept. */
  readonly failed: (error: unknown, request: DoorRequest) => DoorResponse;
}

/** Answers a write under an Idempotency-Key. @throws CodedError for what no key has to remember */
export async function answerOnce(
  bound: BoundRoute,
  variables: Variables,
  {
    request,
    deps,
    key,
    askRights,
  }: {
    readonly request: DoorRequest;
    readonly deps: OnceDeps;
    readonly key: string;
    readonly askRights: () => Promise<void>;
  },
): Promise<DoorResponse> {
  const principal = await deps.verifier.verify(request.assertion);
  if (principal.kind === 'anonymous') {
    // Everybody without a name would share one set of keys, and read each other's answers.
    throw new CodedError('UNAUTHENTICATED', 'An Idempotency-Key needs a signed-in user or an API key.');
  }
  const work = async (claim: Claim): Promise<Attempted> => {
    let hasEffect = false;
    let mayHave = false;
    let isFree = false;
    const onTurnedAway = (): void => {
      isFree = true;
    };
    const onEffect = (isSure: boolean): void => {
      hasEffect ||= isSure;
      mayHave ||= !isSure;
    };
    const keyed = { request, deps, claim, principal, key, onEffect, onTurnedAway };
    const response = await attemptUnderKey(bound, variables, keyed).catch((error: unknown) => {
      isFree ||= leavesKeyFree(error);
      return deps.failed(error, request);
    });
    // Refused before it was executed, or while its answer was put together: the first is refused again when nothing is asked for.
    if (mayHave && !hasEffect)
      hasEffect = await askRights().then(
        () => true,
        () => false,
      );
    return { response, leavesKeyFree: isFree && !hasEffect };
  };
  return runOnce({ principal, key, requestHash: requestHash(request) }, work, {
    ...deps,
    beforeReplay: askRights,
  });
}

interface KeyedAttempt extends Attempt {
  readonly claim: Claim;
  readonly principal: Principal;
  readonly key: string;
}

/**
 * An attempt that may follow one whose outcome nobody knows. Creating: every attempt gives the record the same id, so a second one
 * collides with the first and answers the record that is there; under an id of the partner's own it may be anybody's, and must hold what was
 * sent. Of a list each item has its own id, and the graph says of each whether it was there. Deleting: what is gone already is gone as asked,
 * where that is all there is to say. Changing: the same values are set again, or If-Match tells that somebody (maybe the first attempt)
 * changed it.
 */
async function attemptUnderKey(
  bound: BoundRoute,
  given: Variables,
  keyed: KeyedAttempt,
): Promise<DoorResponse> {
  const { request, deps, claim } = keyed;
  const { operation } = bound;
  const { method, body = '', status, location } = operation.route;
  if (method === 'POST' && claim.repeated && bound.takesId === undefined) {
    throw new CodedError(
      'CONFLICT',
      'An earlier attempt under this Idempotency-Key ended without an answer and may have had its effect; look before you use a new key.',
    );
  }
  const variables = withIds(bound, given, (place) =>
    derivedRecordId(principalKey(keyed.principal), `${keyed.key}${place}`, claim.firstAttemptMs),
  );
  try {
    return await attemptRoute(bound, variables, keyed);
  } catch (error) {
    if (!claim.repeated || !(error instanceof CodedError)) throw error;
    if (method === 'DELETE' && status === 204 && error.code === 'NOT_FOUND')
      return successResponse(operation, { value: null, wasThere: true }, request);
    const reader = readerAt(location, deps.operations);
    if (bound.takesId !== 'input' || error.code !== 'CONFLICT' || reader === undefined) throw error;
    const { id } = variables[body] as { readonly id: string };
    // When the collision was with another record (a unique field), there is nothing under this id and the first error stands.
    const record = await executeRoute(reader, { id }, { request, execute: deps.execute }).catch(
      (failure: unknown) => {
        throw failure instanceof CodedError && failure.code === 'NOT_FOUND' ? error : failure;
      },
    );
    const { id: ownId, ...sent } = given[body] as Variables;
    if ((ownId ?? null) !== null && !showsAll(record.value, sent)) throw error;
    return successResponse(operation, record, request);
  }
}

/** An id for whatever has none of its own; `place` tells the items of a list apart, with a character that no key has. */
function withIds(bound: BoundRoute, given: Variables, idAt: (place: string) => string): Variables {
  const { body = '' } = bound.operation.route;
  const withId = (item: unknown, place: string): unknown =>
    isJsonObject(item) ? { ...item, id: item['id'] ?? idAt(place) } : item;
  if (bound.takesId === undefined) return given;
  const value = given[body];
  if (bound.takesId === 'input') return { ...given, [body]: withId(value, '') };
  // GraphQL takes one item for a list of one.
  const items = Array.isArray(value) ? value : [value];
  return { ...given, [body]: items.map((item, at) => withId(item, ` ${at}`)) };
}
