import { hkdfSync } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import type { AuditKeys } from './audit-chain.ts';

/** Keys of one purpose each, derived (HKDF-SHA256, RFC 5869) from the one sealing key of the installation. */
export interface DerivedKeys {
  /** Seals private signing keys at rest. */
  readonly sealing: Uint8Array;
  /** Makes the successor of a refresh token. */
  readonly refresh: Uint8Array;
  /** Chain audit entries. */
  readonly audit: AuditKeys;
  /** Shows that somebody may own an installation that nobody owns. */
  readonly setUp: Uint8Array;
}

/** @param sealingKey 32 bytes in Base64. @throws CodedError CONFIG_INVALID */
export function deriveKeys(sealingKey: string): DerivedKeys {
  const secret = Buffer.from(sealingKey, 'base64');
  if (secret.length !== 32)
    throw new CodedError('CONFIG_INVALID', 'The sealing key must be 32 bytes in Base64.');
  const derive = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), `tributary identity ${purpose}`, 32));
  return {
    sealing: derive('sealing'),
    refresh: derive('refresh'),
    audit: { chain: derive('audit chain'), head: derive('audit head') },
    setUp: derive('set-up'),
  };
}
