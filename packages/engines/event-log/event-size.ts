import { CodedError } from '@tributary/runtime';
import { largestEventBytes } from './port.ts';

/** @throws CodedError PAYLOAD_TOO_LARGE when an event, as JSON in UTF-8, has more bytes than the log takes */
export function checkEventBytes(sizeBytes: number): void {
  if (sizeBytes > largestEventBytes)
    throw new CodedError('PAYLOAD_TOO_LARGE', `An event may have ${largestEventBytes} bytes as JSON.`, {
      details: { sizeBytes, limitBytes: largestEventBytes },
    });
}
