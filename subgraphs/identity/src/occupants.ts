import type { Sql } from '@tributary/engines/relational';

/** Who has an account in an installation: nobody (and nobody ever made a workspace), some of `known` alone, or others too. */
export type Occupants = 'nobody' | 'known' | 'others';

/** @param known addresses, in lower case */
export async function occupantsOf(sql: Sql, known: readonly string[]): Promise<Occupants> {
  const { rows } = await sql.query<{ used: boolean; others: boolean }>(
    `SELECT EXISTS (SELECT FROM identity."user") OR EXISTS (SELECT FROM identity.workspace) AS used,
       EXISTS (SELECT FROM identity."user" WHERE email <> ALL ($1::text[])) AS others`,
    [known],
  );
  const [found] = rows;
  if (found?.used !== true) return 'nobody';
  return found.others ? 'others' : 'known';
}
