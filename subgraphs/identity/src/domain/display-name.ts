import { CodedError } from '@tributary/runtime';

const maxLength = 120;

/** A name people give to things, trimmed. @throws CodedError BAD_USER_INPUT when empty, too long or with control characters. */
export function displayName(text: string, argument: string): string {
  const name = text.normalize('NFC').trim();
  if (name.length < 1 || name.length > maxLength || /[\p{Cc}\p{Cs}]/u.test(name)) {
    throw new CodedError(
      'BAD_USER_INPUT',
      `${argument} must have 1 to ${maxLength} characters and no control characters.`,
      {
        details: { argument, limit: maxLength },
      },
    );
  }
  return name;
}
