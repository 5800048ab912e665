import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { applyMigrations } from '@tributary/prisma';
import { freshDatabase } from '@tributary/test-kit';
import { expect, it } from 'vitest';

const folder = new URL('../migrations/', import.meta.url);

/** The database as a release left it whose last migration was this one. */
async function databaseAfter(last: string): ReturnType<typeof freshDatabase> {
  const database = await freshDatabase();
  const names = readdirSync(folder).filter((name) => /^\d{14}_/.test(name) && name <= last);
  for (const name of names.sort()) {
    const sql = sqlOf(name);
    await database.query(sql);
    await database.query(ledgerSql);
    await database.query(
      `INSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), createHash('sha256').update(sql).digest('hex'), name],
    );
  }
  return database;
}

const sqlOf = (name: string): string => readFileSync(new URL(`${name}/migration.sql`, folder), 'utf8');

const ledgerSql = `CREATE TABLE IF NOT EXISTS public._prisma_migrations (
  id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL,
  logs text, rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;

const id = (n: number): string => `0192e1a0-0000-7000-8000-00000000000${n}`;
const [founder, leaver, guest, stranger, mine, other, asked, askedByKey] = [1, 2, 3, 4, 5, 6, 7, 8].map(id);

it('a release that asks who founded, invited and left learns it of what happened before from the audit logs', async () => {
  await using database = await databaseAfter('20261126001330_variant_bytes');
  for (const [user, name] of [
    [founder, 'founder'],
    [leaver, 'leaver'],
    [guest, 'guest'],
    [stranger, 'stranger'],
  ])
    await database.query(
      `INSERT INTO identity."user" (id, email, name, password_hash, password_changed_at, created_at)
       VALUES ($1, $2 || '@example.com', $2, 'x', now(), now())`,
      [user, name],
    );
  for (const [workspace, slug] of [
    [mine, 'mine'],
    [other, 'other'],
  ])
    await database.query(`INSERT INTO identity.workspace VALUES ($1, $2, $2, now())`, [workspace, slug]);
  await database.query(`INSERT INTO identity.member VALUES ($1, $2, 'OWNER', now())`, [mine, founder]);
  await database.query(
    `INSERT INTO identity.invitation VALUES ($1, $2, $3, 'guest@example.com', 'VIEWER', now()),
       ($4, $2, $5, 'stranger@example.com', 'VIEWER', now())`,
    [asked, mine, guest, askedByKey, stranger],
  );
  const entry = (
    at: number,
    entry: { action: string; by?: string; kind?: string; about?: string; details?: object },
  ) =>
    database.query(
      `INSERT INTO identity.audit_entry (workspace_id, seq, event_id, "time", action, actor_kind, actor_id, subject, details, hash)
       VALUES ($1, $2, $3, now(), $4, $5, $6, $7, $8, $9)`,
      [
        mine,
        at,
        randomUUID(),
        entry.action,
        entry.kind ?? 'user',
        entry.by ?? founder,
        entry.about ?? 'x',
        entry.details ?? {},
        Buffer.alloc(32),
      ],
    );
  await entry(1, { action: 'identity.workspace.created' });
  await entry(2, { action: 'identity.member.removed', details: { userId: leaver } });
  await entry(3, { action: 'identity.member.removed', details: { userId: leaver } });
  await entry(4, { action: 'identity.member.removed', details: { userId: 'not-an-id' } });
  await entry(5, { action: 'identity.member.invited', about: `Invitation/${asked}` });
  await entry(6, {
    action: 'identity.member.invited',
    kind: 'key',
    by: 'a-key',
    about: `Invitation/${askedByKey}`,
  });

  expect(await applyMigrations(database.pool)).toContain('20261126001342_founders');

  const rows = async (sql: string): Promise<unknown> => (await database.query(sql)).rows;
  expect(await rows('SELECT workspace_id, user_id FROM identity.past_member')).toEqual([
    { workspace_id: mine, user_id: leaver },
  ]);
  expect(await rows('SELECT id, invited_by FROM identity.invitation ORDER BY id')).toEqual([
    { id: asked, invited_by: founder },
    { id: askedByKey, invited_by: null },
  ]);
  expect(await rows('SELECT id, founded_by FROM identity.workspace ORDER BY id')).toEqual([
    { id: mine, founded_by: founder },
    { id: other, founded_by: null },
  ]);
});

it('runs learn the keys they have until they are finished, and while their table is locked for the column nobody reads it', async () => {
  await using database = await databaseAfter('20261127020600_has_workspace');
  await database.query(
    `INSERT INTO jobs.run (workspace_id, id, job, queue, state, run_at, input, max_attempts, backoff_ms, backoff_max_ms, time_limit_ms, origin, principal, created_at)
     SELECT $1, run, 'work', 'default', 'QUEUED', now(), '{}', 1, 1, 1, 1, 'api', '{}', now() FROM unnest($2::uuid[]) run`,
    [mine, [asked, askedByKey]],
  );
  await database.query(
    `INSERT INTO jobs.unique_key (workspace_id, job, key, run_id, until) VALUES ($1, 'work', 'lasting', $2, NULL), ($1, 'work', 'a day', $3, now())`,
    [mine, asked, askedByKey],
  );
  const client = await database.pool.connect();
  const scans = async (): Promise<number> => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT seq_scan::int AS count FROM pg_stat_xact_user_tables WHERE relid = 'jobs.run'::regclass`,
    );
    return rows[0]?.count ?? -1;
  };
  await client.query('BEGIN');
  const before = await scans();
  await client.query(sqlOf('20261127022600_unique_key_of_run'));
  const read = (await scans()) - before;
  await client.query('ROLLBACK');
  client.release();
  expect(read).toBe(0);
  await applyMigrations(database.pool);
  const { rows } = await database.query('SELECT id, unique_key AS key FROM jobs.run ORDER BY id');
  expect(rows).toEqual([
    { id: asked, key: 'lasting' },
    { id: askedByKey, key: null },
  ]);
});
