export const minPasswordLength = 12;
/** Argon2 hashes any length; this bounds what a stranger can make us hash. */
export const maxPasswordLength = 256;

/** Passwords of every leaked list that are long enough to pass the length rule. */
const leaked = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456789012345',
  'administrator',
  'passwordpassword',
  'password1234',
  'password12345',
  'password123456',
  'qwertyuiop123',
  'qwertyuiop[]',
  'unknownunknown',
]);

/** Why a password is not good enough, in words for its owner; undefined when it is (NIST SP 800-63B §5.1.1.2: length, no composition rules). */
export function passwordWeakness(password: string, email: string): string | undefined {
  if ([...password].length < minPasswordLength) return `Use at least ${minPasswordLength} characters.`;
  if (password.length > maxPasswordLength) return `Use at most ${maxPasswordLength} characters.`;
  const lower = password.toLowerCase();
  if (new Set(lower).size < 5) return 'Use more than four different characters.';
  if (leaked.has(lower)) return 'This password is on every list of leaked passwords.';
  const [local = ''] = email.split('@');
  if (lower === email || (local.length >= 4 && lower.replaceAll(local, '').length < 6))
    return 'Do not build the password from your address.';
  return undefined;
}
