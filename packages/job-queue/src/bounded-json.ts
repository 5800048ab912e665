import { CodedError } from '@tributary/runtime';

/** JSON text of a value that is about to be stored. @throws CodedError PAYLOAD_TOO_LARGE, or BAD_USER_INPUT for what JSON cannot hold. */
export function boundedJson(what: string, value: unknown, mostBytes: number): string {
  const text = jsonText(what, value ?? null);
  if (Buffer.byteLength(text) > mostBytes) throw tooManyBytes(what, mostBytes);
  // PostgreSQL's jsonb holds neither U+0000 nor half a surrogate pair.
  if (/(?<!\\)(?:\\\\)*\\(?:u0000|ud[89a-f])/i.test(text))
    throw new CodedError('BAD_USER_INPUT', `${what} holds U+0000 or half a surrogate pair.`);
  return text;
}

/** The refusal of what is too large to be stored. */
export function tooManyBytes(what: string, mostBytes: number): CodedError {
  return new CodedError('PAYLOAD_TOO_LARGE', `${what} may have ${mostBytes} bytes of JSON at most.`, {
    details: { what, limitBytes: mostBytes },
  });
}

function jsonText(what: string, value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (cause) {
    throw new CodedError('BAD_USER_INPUT', `${what} is no JSON.`, { cause });
  }
}
