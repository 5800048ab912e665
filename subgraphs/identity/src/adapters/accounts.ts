import type { Sql } from '@tributary/engines/relational';

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
}

export async function findAccount(
  sql: Sql,
  by: { readonly email: string } | { readonly id: string },
): Promise<Account | undefined> {
  const [column, value] = 'email' in by ? ['email', by.email] : ['id', by.id];
  const { rows } = await sql.query<Account>(
    `SELECT id, email, password_hash AS "passwordHash" FROM identity."user" WHERE ${column} = $1`,
    [value],
  );
  return rows[0];
}

export interface NewAccount extends Account {
  readonly name: string;
  readonly now: Date;
}

/** False when the address has an account. */
export async function insertAccount(tx: Sql, account: NewAccount): Promise<boolean> {
  const { id, email, name, passwordHash, now } = account;
  const { rowCount } = await tx.query(
    `INSERT INTO identity."user" (id, email, name, password_hash, password_changed_at, created_at)
     VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (email) DO NOTHING`,
    [id, email, name, passwordHash, now],
  );
  return rowCount === 1;
}

/** The hash of now, which stays so until the transaction ends; undefined when the account is gone. */
export async function lockPasswordHash(tx: Sql, userId: string): Promise<string | undefined> {
  const { rows } = await tx.query<{ passwordHash: string }>(
    'SELECT password_hash AS "passwordHash" FROM identity."user" WHERE id = $1 FOR SHARE',
    [userId],
  );
  return rows[0]?.passwordHash;
}

export interface PasswordChange {
  readonly userId: string;
  /** The hash that the present password was proved against. */
  readonly previousHash: string;
  readonly passwordHash: string;
  readonly now: Date;
}

/** False when it was changed by somebody else meanwhile. */
export async function setPassword(tx: Sql, change: PasswordChange): Promise<boolean> {
  const { rowCount } = await tx.query(
    'UPDATE identity."user" SET password_hash = $2, password_changed_at = $3 WHERE id = $1 AND password_hash = $4',
    [change.userId, change.passwordHash, change.now, change.previousHash],
  );
  return rowCount === 1;
}
