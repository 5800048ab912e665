import { hkdfSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Relational } from '@tributary/engines/relational';
import { CodedError } from '@tributary/runtime';
import { lostSecretsAdvice, type Secrets, type SecretsOptions } from './secrets.ts';

/**
 * Holds the secrets of the data folder to those the database was first used with: where the database lies elsewhere, an empty folder
 * alone does not show that secrets are gone. The first start leaves its fingerprint; `replace` leaves the new one. A database elsewhere outlives a first start
 * that fails, so the folder with its secrets then has to as well; one whose secrets it was not told need not stay.
 * @throws CodedError CONFIG_INVALID when they are others
 */
export async function requireKeptSecrets(
  { pool }: Pick<Relational, 'pool'>,
  secrets: Pick<Secrets, 'cursorSecret' | 'sealingKey'>,
  { dataDir, lostSecrets, keepFolder }: SecretsOptions & { readonly keepFolder: () => void },
): Promise<void> {
  const isElsewhere = !existsSync(join(dataDir, 'postgres'));
  const own = fingerprintOf(secrets);
  let known: string | undefined;
  try {
    known = await keepFingerprint(pool, own, lostSecrets === 'replace');
  } catch (error) {
    // It may have been written all the same.
    if (isElsewhere) keepFolder();
    throw error;
  }
  if (known === own) {
    if (isElsewhere) keepFolder();
    return;
  }
  const path = join(dataDir, 'secrets.json');
  throw new CodedError(
    'CONFIG_INVALID',
    `${path} holds other secrets than the data of this database was made with; ${lostSecretsAdvice}`,
  );
}

/** Answers the one in force: the own where there was none, or where it `replaces`. */
async function keepFingerprint(
  pool: Pick<Relational, 'pool'>['pool'],
  own: string,
  replaces: boolean,
): Promise<string | undefined> {
  const { rows } = await pool.query<{ fingerprint: string }>(
    // Also on a conflict the row comes back, whoever made it.
    `INSERT INTO platform.secrets AS kept (fingerprint) VALUES ($1)
     ON CONFLICT (one) DO UPDATE SET fingerprint = CASE WHEN $2 THEN $1 ELSE kept.fingerprint END
     RETURNING fingerprint`,
    [own, replaces],
  );
  return rows[0]?.fingerprint;
}

/** One way, and of its own purpose: it opens and signs nothing (RFC 5869). */
function fingerprintOf({ cursorSecret, sealingKey }: Pick<Secrets, 'cursorSecret' | 'sealingKey'>): string {
  const secret = Buffer.from(JSON.stringify([cursorSecret, sealingKey]));
  return Buffer.from(hkdfSync('sha256', secret, '', 'tributary secrets fingerprint', 16)).toString('hex');
}
