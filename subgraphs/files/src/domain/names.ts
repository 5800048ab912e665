import { CodedError } from '@tributary/runtime';

const longestName = 255;
/** Controls, and the marks that turn the reading direction round: `exe.txt` must not be shown for `txt.exe`. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/**
 * A name of a file or folder as it is kept: NFC, without white space round it. It names, and never becomes a path.
 * @throws CodedError BAD_USER_INPUT
 */
export function nameOf(text: string, argument = 'name'): string {
  const name = text.normalize('NFC').trim();
  const fault = faultOf(name);
  if (fault === undefined) return name;
  throw new CodedError('BAD_USER_INPUT', `${argument} ${fault}.`, { details: { argument } });
}

function faultOf(name: string): string | undefined {
  if (name === '' || name.length > longestName) return `has 1 to ${longestName} characters`;
  if (unseen.test(name) || /\p{Surrogate}/u.test(name)) return 'has characters that cannot be seen';
  if (/[/\\]/.test(name) || name === '.' || name === '..') return 'is a name, not a path';
  return undefined;
}
