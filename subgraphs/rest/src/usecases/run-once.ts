import { CodedError, type ErrorCode, type Logger } from '@tributary/runtime';
import type { DoorResponse } from '@tributary/subgraph-kit';
import type { Claim, IdempotencyStore, KeyedRequest } from './idempotency-store.ts';

/** What became of an attempt. */
export interface Attempted {
  readonly response: DoorResponse;
  /** It did nothing, and the same request may be answered otherwise by and by. */
  readonly leavesKeyFree: boolean;
}

export interface KeyDeps {
  readonly idempotency: IdempotencyStore;
  readonly log: Logger;
}

/** Refusals that end when something else is done first: the request need not change, and nothing of it was done. */
const mendable: ReadonlySet<ErrorCode> = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'UPLOAD_INCOMPLETE',
  'QUOTA_EXCEEDED',
  'RUN_LIMIT',
  'FOLDER_NOT_EMPTY',
  'STILL_REFERENCED',
  'FILE_NOT_SERVED',
  // Who names a version in If-Match is told PRECONDITION_FAILED: here the server's own reading was overtaken.
  'VERSION_CONFLICT',
]);
/** Of failures on our side those that say, as their promise, that nothing was changed. */
const unchanged: ReadonlySet<ErrorCode> = new Set(['BACKLOG_FULL', 'INSUFFICIENT_STORAGE']);

/**
 * Whether a failed attempt that had no effect need not be its key's answer for a day: the graph says that the same request may succeed later.
 * A failure on our side may have done something, unless it says that it did not.
 */
export function leavesKeyFree(error: unknown): boolean {
  if (!(error instanceof CodedError)) return false;
  return error.status < 500 ? error.retryable || mendable.has(error.code) : unchanged.has(error.code);
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
  { idempotency: store, log, beforeReplay }: KeyDeps & { readonly beforeReplay: () => Promise<void> },
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

/** After an attempt that nobody knows the outcome of, a later one that did nothing proves nothing of the first. */
function end(
  request: KeyedRequest,
  claim: Claim,
  { response, leavesKeyFree: isFree }: Attempted,
  store: IdempotencyStore,
): Promise<void> {
  if (isFree && !claim.repeated) return store.forget(request, claim);
  return isFree || response.status >= 500
    ? store.release(request, claim)
    : store.store(request, claim, response);
}
