import { CodedError, exactJson } from '@tributary/runtime';

const mostDepth = 32;

/**
 * The JSON of a call. Senders do not know our rules for names, so any are taken but the one that reaches a prototype where it is copied. What
 * would be another value once it is read is refused, because the signature is of what was sent.
 * @throws CodedError BAD_USER_INPUT
 */
export function hookBody(body: Uint8Array): unknown {
  const value = read(body);
  // Without recursion: 256 KB can be 128,000 levels.
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: part, depth } = next;
    if (typeof part !== 'object' || part === null) continue;
    if (depth > mostDepth)
      throw new CodedError('BAD_USER_INPUT', `The body may be ${mostDepth} levels deep at most.`);
    for (const [name, inner] of Object.entries(part)) {
      if (name === '__proto__') throw new CodedError('BAD_USER_INPUT', 'The body names a prototype.');
      open.push({ value: inner, depth: depth + 1 });
    }
  }
  return value;
}

function read(body: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new CodedError('BAD_USER_INPUT', 'The body must be JSON in UTF-8.', { cause });
  }
  const found = exactJson(text);
  if ('value' in found) return found.value;
  const { fault, cause } = found;
  if (cause !== undefined)
    throw new CodedError('BAD_USER_INPUT', 'The body must be JSON in UTF-8.', { cause });
  throw new CodedError('BAD_USER_INPUT', `The body ${fault}.`);
}
