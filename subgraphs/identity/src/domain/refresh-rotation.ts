/** How long a repeated exchange is taken for a lost answer. */
export const lostAnswerGraceMs = 10_000;

/** What is known of a refresh token at the moment it is presented. */
export interface PresentedToken {
  readonly expiresAtMs: number;
  readonly usedAtMs: number | null;
  /** True while the token it was exchanged for has not been exchanged itself. */
  readonly successorUnused: boolean;
  readonly sessionEnded: boolean;
  readonly sessionExpiresAtMs: number;
}

/**
 * `rotate`: first use. `repeat`: the answer to the first use was lost, give the same successor. `reuse`: somebody else has the
 * token (RFC 9700 §4.14.2): end the session. `ended`: nothing to do any more.
 */
export type RefreshVerdict = 'rotate' | 'repeat' | 'reuse' | 'ended';

export function refreshVerdict(token: PresentedToken, nowMs: number): RefreshVerdict {
  if (token.sessionEnded || token.sessionExpiresAtMs <= nowMs) return 'ended';
  if (token.usedAtMs === null) return token.expiresAtMs <= nowMs ? 'ended' : 'rotate';
  return token.successorUnused && nowMs - token.usedAtMs <= lostAnswerGraceMs ? 'repeat' : 'reuse';
}
