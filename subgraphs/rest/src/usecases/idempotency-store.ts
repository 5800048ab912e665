import type { DoorResponse, Principal } from '@tributary/subgraph-kit';

/** The claim of one attempt on a key; it ends with exactly one of store, forget or release. */
export interface Claim {
  readonly kind: 'claimed';
  /** When the first attempt under this key began, milliseconds since the epoch: the same for every attempt. */
  readonly firstAttemptMs: number;
  /** True when an earlier attempt ended without an answer (crash, timeout): it may have had its effect. */
  readonly repeated: boolean;
  /** Names this attempt: once another has taken over, ending this one changes nothing. */
  readonly fence: string;
}

export type ClaimResult =
  | Claim
  | { readonly kind: 'inProgress'; readonly retryAfterSeconds: number }
  | { readonly kind: 'mismatch' }
  | { readonly kind: 'answered'; readonly response: DoorResponse };

export interface KeyedRequest {
  readonly principal: Principal;
  readonly key: string;
  readonly requestHash: string;
}

/** Remembers which requests were made under an Idempotency-Key, and their answers, for 24 hours. */
export interface IdempotencyStore {
  /** One of any number of simultaneous callers gets the claim. It is held for a minute at most; a crash frees it by that. */
  claim(request: KeyedRequest): Promise<ClaimResult>;
  /** Keeps the answer for replays. */
  store(request: KeyedRequest, claim: Claim, response: DoorResponse): Promise<void>;
  /** Forgets the key: nothing was done under it. */
  forget(request: KeyedRequest, claim: Claim): Promise<void>;
  /** Leaves the key to the next attempt, which then knows that this one may have had its effect. */
  release(request: KeyedRequest, claim: Claim): Promise<void>;
}
