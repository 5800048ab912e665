/**
 * The one form an address is stored and compared in: NFKC, trimmed, lower case; undefined when it cannot be an address.
 * Deliberately loose (RFC 5321 lengths, one `@`, a dot or `localhost`-like domain): only a letter that arrives proves an address. No character that is not seen: two addresses that look alike differ in what is seen.
 */
export function normalizedEmail(text: string): string | undefined {
  const email = text.normalize('NFKC').trim().toLowerCase();
  if (email.length > 254) return undefined;
  const [local = '', domain = '', ...rest] = email.split('@');
  const plausible =
    rest.length === 0 && local.length >= 1 && local.length <= 64 && /^[^\s.]+(\.[^\s.]+)*$/.test(domain);
  return plausible && !/[\s\p{Cc}\p{Cf}\p{Cs}]/u.test(email) ? email : undefined;
}
