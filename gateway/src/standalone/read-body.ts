import type { IncomingMessage } from 'node:http';
import { CodedError } from '@tributary/runtime';

/** The body of a request as text. @throws CodedError PAYLOAD_TOO_LARGE as soon as it is, BAD_REQUEST for what is no UTF-8 or was cut */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
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
      sizeBytes += chunk.byteLength;
      if (sizeBytes > limitBytes) {
        request.pause();
        tooLarge();
      } else chunks.push(chunk);
    });
    request.on('end', () => {
      const [first] = chunks;
      const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
      const text = bytes.toString('utf8');
      // Bytes that are no UTF-8 would change in silence.
      if (text.includes('\uFFFD') && !Buffer.from(text).equals(bytes))
        reject(new CodedError('BAD_REQUEST', 'The body is not UTF-8.'));
      else resolve(text);
    });
    request.on('error', () => reject(new CodedError('BAD_REQUEST', 'The body was cut short.')));
  });
}
