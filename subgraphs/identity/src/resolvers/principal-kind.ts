import type { PrincipalKind } from '../generated/schema.ts';

const kinds: Readonly<Record<string, PrincipalKind>> = {
  anonymous: 'ANONYMOUS',
  user: 'USER',
  apiKey: 'API_KEY',
  service: 'SERVICE',
};

/** The schema's word for a principal's kind. A kind this release does not know acts like a service: it is no person. */
export function principalKind(kind: string): PrincipalKind {
  return kinds[kind] ?? 'SERVICE';
}
