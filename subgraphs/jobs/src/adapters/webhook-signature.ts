import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export interface SignedCall {
  /** The three headers of Standard Webhooks; undefined when absent. */
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  /** As it arrived: another spelling of the same JSON has another signature. */
  readonly body: Uint8Array;
}

const toleranceMs = 5 * 60_000;
/** What no secret of ours is: a call for a hook that is not there takes the same way through the arithmetic. */
const nobodys = [randomBytes(32)];
const mostSignatures = 10;

/** Whether a call says when it was sent, and that is within five minutes of now. */
export function isTimely({ timestamp }: SignedCall, nowMs: number): boolean {
  return /^\d{1,12}$/.test(timestamp ?? '') && Math.abs(Number(timestamp) * 1_000 - nowMs) <= toleranceMs;
}

/**
 * Whether one of the secrets signed the call: HMAC-SHA256 over `id.timestamp.body`, in Base64 after `v1,`; the header may hold several
 * (Standard Webhooks, "Signature scheme"). Takes as long for a wrong signature as for a right one.
 */
export function isSigned(call: SignedCall, secrets: readonly Uint8Array[]): boolean {
  const shown = (call.signature ?? '')
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .slice(0, mostSignatures)
    .map((each) => Buffer.from(each.slice(3), 'base64'));
  let isOurs = false;
  for (const secret of secrets.length === 0 ? nobodys : secrets) {
    const expected = createHmac('sha256', secret)
      .update(`${call.id ?? ''}.${call.timestamp ?? ''}.`)
      .update(call.body)
      .digest();
    for (const signature of shown)
      if (signature.length === expected.length && timingSafeEqual(signature, expected)) isOurs = true;
  }
  return isOurs && secrets.length > 0;
}
