/** Its name as IANA has it, and as many clients write it (WHATWG Encoding §4.2). */
const utf8: ReadonlySet<string> = new Set(['utf-8', '"utf-8"', 'utf8', '"utf8"']);

/** The media type that a `Content-Type` says, in lower case; undefined where it says another charset than UTF-8 (RFC 9110 §8.3). */
export function utf8Media(contentType: string): string | undefined {
  const [media, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const charsets = parameters.filter((parameter) => /^charset\b/.test(parameter));
  return charsets.every((charset) => utf8.has(charset.slice('charset='.length))) ? media : undefined;
}
