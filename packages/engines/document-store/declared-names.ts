import { createHash } from 'node:crypto';
import { CodedError } from '@tributary/runtime';
import type { IndexDeclaration } from './port.ts';

/** @throws CodedError MODEL_INVALID for a name that some engine would read as something else */
export function checkEngineName(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,47}$/.test(name)) return;
  throw new CodedError('MODEL_INVALID', 'A collection or an index has a name that engines do not take.', {
    details: { name },
  });
}

/** What an index says, short: part of its name in the engine, so that another declaration is another index. */
export function declarationDigest({ fields, unique }: IndexDeclaration): string {
  return shortDigest([...fields, String(unique)]);
}

export function shortDigest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}
