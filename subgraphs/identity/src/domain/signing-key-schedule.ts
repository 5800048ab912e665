const dayMs = 86_400_000;

export const rotationMs = 90 * dayMs;
/** How long verifiers may keep a key set before they fetch it again; the door's `max-age`. */
export const keySetMaxAgeMs = 300_000;
/** A key is used only when every key set that lacks it has expired. */
export const publishBeforeUseMs = 2 * keySetMaxAgeMs;
/** Signers learn of a rotation this much later at most, and verifiers allow some clock skew. */
export const signerCacheMs = 30_000;
const clockSkewMs = 60_000;

export interface ScheduledKey {
  readonly state: 'next' | 'active' | 'retired';
  readonly publishedAtMs: number;
  readonly activatedAtMs: number | null;
  readonly retiredAtMs: number | null;
}

export type KeyStep = 'create-active' | 'create-next' | 'rotate';

/** What has to be done now, in order. Between two rotations the next key is always published already. */
export function dueSteps(keys: readonly ScheduledKey[], nowMs: number): readonly KeyStep[] {
  const active = keys.find((key) => key.state === 'active');
  const next = keys.find((key) => key.state === 'next');
  if (active === undefined)
    return next === undefined ? ['create-active', 'create-next'] : ['rotate', 'create-next'];
  if (next === undefined) return ['create-next'];
  const aged = nowMs - (active.activatedAtMs ?? nowMs) >= rotationMs;
  return aged && usableInMs(next, nowMs) <= 0 ? ['rotate', 'create-next'] : [];
}

/** How long until every verifier knows the key; 0 or less when it may be used. */
export function usableInMs(next: ScheduledKey, nowMs: number): number {
  return next.publishedAtMs + publishBeforeUseMs - nowMs;
}

/** Whether verifiers still need a key: until the last token it signed has expired. */
export function isPublished(key: ScheduledKey, options: { nowMs: number; tokenLifetimeMs: number }): boolean {
  if (key.retiredAtMs === null) return true;
  return options.nowMs < key.retiredAtMs + signerCacheMs + options.tokenLifetimeMs + clockSkewMs;
}
