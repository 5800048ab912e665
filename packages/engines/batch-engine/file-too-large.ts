import { CodedError } from '@tributary/runtime';

export function fileTooLarge(maxBytes: number): CodedError {
  return new CodedError('QUERY_TOO_LARGE', `The result is larger than the ${maxBytes} bytes it may have.`, {
    details: { maxBytes },
  });
}
