import { CodedError } from '@tributary/runtime';
import { largestEventBytes } from './port.ts';

/** Of events as JSON that one answer of the log brings, whatever is asked for: several times that as objects. One event comes, however large it is. */
export const answerBytes = 8 * 1024 * 1024;

/** @throws CodedError PAYLOAD_TOO_LARGE when an event, as JSON in UTF-8, has more bytes than the log takes */
export function checkEventBytes(sizeBytes: number): void {
  if (sizeBytes > largestEventBytes)
    throw new CodedError('PAYLOAD_TOO_LARGE', `An event may have ${largestEventBytes} bytes as JSON.`, {
      details: { sizeBytes, limitBytes: largestEventBytes },
    });
}
