import type { Relational } from '@tributary/engines/relational';
import type { Role } from '@tributary/subgraph-kit';
import type { PasswordHashing } from './password-hashing.ts';

/** An account whose password everybody knows, and the workspace it is for. */
export interface PublishedSignIn {
  readonly email: string;
  readonly password: string;
  readonly workspace: string;
}

/** A published sign-in that holds, with what the account may do in the workspace now. */
export interface OpenSignIn {
  readonly email: string;
  readonly password: string;
  readonly role: Role;
}

export type OpenSignIns = () => Promise<readonly OpenSignIn[]>;

export interface OpenSignInsOptions {
  readonly relational: Relational;
  readonly passwords: PasswordHashing;
  readonly published: readonly PublishedSignIn[];
}

interface FoundAccount {
  readonly email: string;
  readonly passwordHash: string;
  readonly role: Role;
}

const foundSql = `
  SELECT u.email, u.password_hash AS "passwordHash", m.role
  FROM identity."user" u JOIN identity.member m ON m.user_id = u.id JOIN identity.workspace w ON w.id = m.workspace_id
  WHERE (u.email, w.slug) IN (SELECT * FROM unnest($1::text[], $2::text[]))`;

/**
 * Of published sign-ins those that hold: the account is there, still has that password, and is a member still. A hash is tried once and its
 * verdict kept, because strangers ask this and a try costs as much as a sign-in.
 */
export function createOpenSignIns({ relational, passwords, published }: OpenSignInsOptions): OpenSignIns {
  const tried = new Map<string, { readonly passwordHash: string; readonly holds: Promise<boolean> }>();
  const opens = (email: string, passwordHash: string, password: string): Promise<boolean> => {
    const known = tried.get(email);
    if (known?.passwordHash === passwordHash) return known.holds;
    const holds = passwords.verify(passwordHash, password, { lane: 'sign-in' });
    tried.set(email, { passwordHash, holds });
    holds.catch(() => tried.delete(email));
    return holds;
  };
  return async () => {
    if (published.length === 0) return [];
    const { rows } = await relational.query<FoundAccount>(foundSql, [
      published.map(({ email }) => email),
      published.map(({ workspace }) => workspace),
    ]);
    const open: OpenSignIn[] = [];
    for (const { email, password } of published) {
      const found = rows.find((row) => row.email === email);
      if (found !== undefined && (await opens(email, found.passwordHash, password)))
        open.push({ email, password, role: found.role });
    }
    return open;
  };
}
