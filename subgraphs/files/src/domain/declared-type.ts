/** A media type without parameters (RFC 9110 §8.3.1), for what an uploader says; null for anything else. */
export function declaredTypeOf(text: string | null | undefined): string | null {
  const [type = ''] = (text ?? '').split(';', 1);
  const plain = type.trim().toLowerCase();
  return /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,64}$/.test(plain) ? plain : null;
}
