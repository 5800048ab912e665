import { CodedError, lostDigits, repeatedKey } from '@tributary/runtime';

const mostDepth = 32;

/**
 * The JSON of a call. Senders do not know our rules for names, so any are taken but the one that reaches a prototype where it is copied. What
 * would be another value once it is read is refused, because the signature is of what was sent.
 * @throws CodedError BAD_USER_INPUT
 */
export function hookBody(body: Uint8Array): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    value = JSON.parse(text);
  } catch (cause) {
    throw new CodedError('BAD_USER_INPUT', 'The body must be JSON in UTF-8.', { cause });
  }
  // Without recursion: 256 KB can be 128,000 levels.
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: part, depth } = next;
    if (typeof part === 'number' && !Number.isFinite(part))
      throw new CodedError('BAD_USER_INPUT', 'A number in the body is out of range.');
    if (typeof part !== 'object' || part === null) continue;
    if (depth > mostDepth)
      throw new CodedError('BAD_USER_INPUT', `The body may be ${mostDepth} levels deep at most.`);
    for (const [name, inner] of Object.entries(part)) {
      if (name === '__proto__') throw new CodedError('BAD_USER_INPUT', 'The body names a prototype.');
      open.push({ value: inner, depth: depth + 1 });
    }
  }
  const lost = lostDigits(text);
  if (lost !== undefined)
    throw new CodedError(
      'BAD_USER_INPUT',
      `${lost.slice(0, 40)} in the body has digits that a number in JSON does not keep: send it as text.`,
    );
  const repeated = repeatedKey(text);
  if (repeated !== undefined)
    throw new CodedError('BAD_USER_INPUT', `The body gives the field at ${repeated} twice.`);
  return value;
}
