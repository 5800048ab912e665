import { isJsonObject } from '../../execution/compiled/own-keys.ts';

const jwt = /^bearer +[\w-]+\.([\w-]+)\.[\w-]*$/i;

/**
 * When the token of an `authorization` field ends, milliseconds since the epoch: `exp` of a JWT (RFC 7519 §4.1.4). It is not verified, which is for the subgraphs:
 * whoever makes one up ends their own stream. Undefined for what says nothing of its end, or has ended already, which subgraphs refuse by themselves.
 */
export function tokenEndMs(authorization: string | undefined, nowMs: number): number | undefined {
  const [, claims] = jwt.exec(authorization ?? '') ?? [];
  if (claims === undefined) return undefined;
  try {
    const read: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const exp = isJsonObject(read) ? read['exp'] : undefined;
    return typeof exp === 'number' && exp * 1000 > nowMs ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
