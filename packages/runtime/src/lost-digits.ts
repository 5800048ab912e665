import { jsonTokens } from './json-tokens.ts';

/** Texts as well, so that digits inside them are not taken for numbers. */
const numbers = /"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const manyDigits = /\d{16}/;
const wholeNumber = /^-?\d{16,}$/;

/**
 * The first whole number of a JSON text whose digits are lost when it is read as a double (RFC 8259 §6): 12345678901234567890 comes back as
 * 12345678901234567000. Undefined when there is none. Doubles as programs print them are none, however large: 1e300, 100000000000000000000.
 */
export function lostDigits(json: string): string | undefined {
  if (!manyDigits.test(json)) return undefined;
  for (const token of jsonTokens(json, numbers)) {
    if (losesDigits(token)) return token;
  }
  return undefined;
}

/** Whether a number, as it is written, is whole and comes back from a double with other digits. */
export function losesDigits(number: string): boolean {
  if (!wholeNumber.test(number)) return false;
  const double = Number(number);
  return Number.isFinite(double) && String(double) !== number && BigInt(double) !== BigInt(number);
}
