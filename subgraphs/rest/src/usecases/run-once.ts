import { CodedError, type Logger } from '@tributary/runtime';
import type { DoorResponse } from '@tributary/subgraph-kit';
import type { Claim, IdempotencyStore, KeyedRequest } from './idempotency-store.ts';

/** What became of an attempt. */
export interface Attempted {
  readonly response: DoorResponse;
  /** It did something, or may have. */
  readonly hasEffect: boolean;
}

/**
 * Runs `work` at most once for each key: a repetition gets the first answer, marked `Idempotency-Replayed: true`, if `beforeReplay`
 * still allows it.
 *
 * A process may die between the effect and keeping the answer. The next attempt is told so (`claim.repeated`), and `work` must then
 * meet what the first one did instead of doing it again.
 * @throws CodedError IDEMPOTENCY_IN_PROGRESS while another attempt runs, IDEMPOTENCY_MISMATCH when the key was used for another request.
 */
export async function runOnce(
  request: KeyedRequest,
  work: (claim: Claim) => Promise<Attempted>,
  {
    store,
    log,
    beforeReplay,
  }: {
    readonly store: IdempotencyStore;
    readonly log: Logger;
    readonly beforeReplay: () => Promise<void>;
  },
): Promise<DoorResponse> {
  const claim = await store.claim(request);
  switch (claim.kind) {
    case 'inProgress':
      throw new CodedError(
        'IDEMPOTENCY_IN_PROGRESS',
        'A request with this Idempotency-Key is still running.',
        {
          details: { retryAfterSeconds: claim.retryAfterSeconds },
        },
      );
    case 'mismatch':
      throw new CodedError('IDEMPOTENCY_MISMATCH', 'This Idempotency-Key was used with another request.');
    case 'answered':
      await beforeReplay();
      return { ...claim.response, headers: { ...claim.response.headers, 'idempotency-replayed': 'true' } };
    case 'claimed': {
      const attempted = await work(claim);
      const { response } = attempted;
      await end(request, claim, attempted, store).catch((err: unknown) => {
        // The effect is there and the client shall know. The key frees itself when its lease ends, and a retry then meets the effect.
        log.warn({ err, status: response.status }, 'an idempotent answer could not be kept');
      });
      return response;
    }
  }
}

/** A refusal that may change (rights, rate) did nothing and is forgotten; a failure on our side may have done something. */
function end(
  request: KeyedRequest,
  claim: Claim,
  { response, hasEffect }: Attempted,
  store: IdempotencyStore,
): Promise<void> {
  if (response.status >= 500) return store.release(request, claim);
  if (!hasEffect && [401, 403, 429].includes(response.status)) {
    return claim.repeated ? store.release(request, claim) : store.forget(request, claim);
  }
  return store.store(request, claim, response);
}
