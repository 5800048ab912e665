import { createHash, timingSafeEqual } from 'node:crypto';

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^43 > 2^256. */
const secretLength = 43;
const pattern = /^trb_([0-9a-f]{32})_([0-9A-Za-z]{43})$/;

/**
 * The text of a key: `trb_<id in hex>_<secret in base62>`. The prefix lets secret scanners find it, the id finds its row without a
 * search over secrets, and there is no character that ends a word on double click.
 * @param secret 32 random bytes
 */
export function apiKeyText(id: string, secret: Uint8Array): string {
  let rest = BigInt(`0x${Buffer.from(secret).toString('hex')}`);
  let text = '';
  for (let place = 0; place < secretLength; place += 1) {
    text = `${digits[Number(rest % 62n)]}${text}`;
    rest /= 62n;
  }
  return `trb_${id.replaceAll('-', '')}_${text}`;
}

/** The id a key names; undefined when the text is no key. Says nothing of whether the secret is right. */
export function apiKeyId(text: string): string | undefined {
  const hex = pattern.exec(text)?.[1];
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** SHA-256 of the whole text. A secret of 256 random bits needs no slow hash. */
export function apiKeyHash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compares in constant time. */
export function sameHash(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
