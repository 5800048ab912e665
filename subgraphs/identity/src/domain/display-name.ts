import { CodedError } from '@tributary/runtime';

const maxLength = 120;

/**
 * A name people give to things, trimmed. Format characters (Unicode category Cf: directions, zero widths) are refused with the control
 * characters, because they make a name look like another; U+200C and U+200D are spelling in Persian, Hindi and others, and stay.
 * @throws CodedError BAD_USER_INPUT when empty, too long or with such characters.
 */
export function displayName(text: string, argument: string): string {
  const name = text.normalize('NFC').trim();
  if (name.length < 1 || name.length > maxLength || /[\p{Cc}\p{Cs}]|(?![\u200c\u200d])\p{Cf}/u.test(name)) {
    throw new CodedError(
      'BAD_USER_INPUT',
      `${argument} must have 1 to ${maxLength} characters and no control or format characters.`,
      {
        details: { argument, limit: maxLength },
      },
    );
  }
  return name;
}
