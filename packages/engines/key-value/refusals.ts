import { CodedError } from '@tributary/runtime';
import { keyValueLimits, type WindowRequest } from './port.ts';

/** What every adapter refuses alike, before it touches anything. */

/** @throws CodedError PAYLOAD_TOO_LARGE */
export function checkKeyAndValue(key: string, value = ''): void {
  const { keyBytes, valueBytes } = keyValueLimits;
  if (Buffer.byteLength(key) <= keyBytes && Buffer.byteLength(value) <= valueBytes) return;
  throw new CodedError('PAYLOAD_TOO_LARGE', 'The key or the value is too long to be kept.', {
    details: keyValueLimits,
  });
}

/** @throws RangeError */
export function checkTtl(ttlMs: number): void {
  if (!(ttlMs > 0 && ttlMs < Number.POSITIVE_INFINITY)) throw new RangeError('ttlMs is positive and finite');
}

/** @throws RangeError */
export function checkWindow({ limit, windowMs, cost }: WindowRequest): void {
  if (!(limit >= 0 && cost >= 0 && windowMs > 0))
    throw new RangeError('limit and cost are not negative, windowMs is positive');
}

export function notACounter(): CodedError {
  return new CodedError('CONFLICT', 'The value is not a counter, or would grow beyond what counts exactly.');
}
