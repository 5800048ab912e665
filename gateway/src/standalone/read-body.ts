import type { IncomingMessage } from 'node:http';
import { CodedError } from '@tributary/runtime';
import { GatheredBytes } from '../http/gathered-bytes.ts';

/** The body of a request as text. @throws CodedError PAYLOAD_TOO_LARGE as soon as it is, BAD_REQUEST for what is no UTF-8 or was cut */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const body = new GatheredBytes();
    const tooLarge = (): void =>
      reject(
        new CodedError('PAYLOAD_TOO_LARGE', `The body is longer than ${limitBytes} bytes.`, {
          details: { limitBytes },
        }),
      );
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
      tooLarge();
      return;
    }
    request.on('data', (chunk: Buffer) => {
      if (body.length + chunk.byteLength > limitBytes) {
        request.pause();
        tooLarge();
      } else body.add(chunk);
    });
    request.on('end', () => {
      const bytes = body.whole();
      const text = bytes.toString('utf8');
      // Bytes that are no UTF-8 would change in silence.
      if (text.includes('\uFFFD') && !Buffer.from(text).equals(bytes))
        reject(new CodedError('BAD_REQUEST', 'The body is not UTF-8.'));
      else resolve(text);
    });
    request.on('error', () => reject(new CodedError('BAD_REQUEST', 'The body was cut short.')));
  });
}
