import { readdirSync } from 'node:fs';
import { applyMigrations, createPrisma } from '@tributary/prisma';
import { eventually, freshDatabase } from '@tributary/test-kit';
import pg from 'pg';
import { expect, it } from 'vitest';

const migrations = readdirSync(new URL('../migrations/', import.meta.url))
  .filter((name) => /^\d{14}_/.test(name))
  .sort();

it('processes that start together apply each migration once', async () => {
  await using database = await freshDatabase();
  const results = await Promise.all([
    applyMigrations(database.pool),
    applyMigrations(database.pool),
    applyMigrations(database.pool),
  ]);
  expect(results.flat()).toEqual(migrations);
  const { rows } = await database.query(
    'SELECT migration_name, applied_steps_count FROM public._prisma_migrations ORDER BY migration_name',
  );
  expect(rows).toEqual(migrations.map((name) => ({ migration_name: name, applied_steps_count: 1 })));
});

it('a connection that dies while it waits its turn fails the migration, not the process, and the next one succeeds', async () => {
  await using database = await freshDatabase();
  await using lock = await database.tryLock(72707369);
  expect(lock).toBeDefined();
  const failed = expect(applyMigrations(database.pool)).rejects.toThrow(/terminat/);
  await eventually(async () => {
    const { rowCount } = await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
    );
    expect(rowCount).toBe(1);
  });
  await failed;
  await lock?.[Symbol.asyncDispose]();
  expect(await applyMigrations(database.pool)).toEqual(migrations);
});

it('a user without the rights is told what to grant, and with that and no more the database is made', async () => {
  await using database = await freshDatabase();
  const user = `narrow_${Math.random().toString(36).slice(2)}`;
  await database.query(`CREATE ROLE ${user} LOGIN PASSWORD 'narrow'`);
  await database.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
  const url = Object.assign(new URL(database.url), { username: user, password: 'narrow' });
  const name = url.pathname.slice(1);
  const pool = new pg.Pool({ connectionString: url.href, max: 2 });
  try {
    const inPublic = `GRANT USAGE, CREATE ON SCHEMA public TO "${user}"`;
    const denied = expect.objectContaining({
      message: expect.stringContaining(
        `GRANT CONNECT, CREATE ON DATABASE "${name}" TO "${user}"; ${inPublic}`,
      ),
    });
    await expect(applyMigrations(pool)).rejects.toEqual(denied);
    await database.query(inPublic);
    await expect(applyMigrations(pool)).rejects.toEqual(denied);
    await database.query(`GRANT CREATE ON DATABASE "${name}" TO "${user}"`);
    expect(await applyMigrations(pool)).toEqual(migrations);
  } finally {
    await pool.end();
    await database.query(`DROP OWNED BY ${user} CASCADE`);
    await database.query(`DROP ROLE ${user}`);
  }
});

it('a migration that was changed after it was applied is refused', async () => {
  await using database = await freshDatabase();
  await applyMigrations(database.pool);
  await database.query(`UPDATE public._prisma_migrations SET checksum = repeat('0', 64)`);
  await expect(applyMigrations(database.pool)).rejects.toThrow(/was changed after it was applied/);
});

it('a process of the release before starts again beside the next one, which has added to the database, and says so', async () => {
  await using database = await freshDatabase();
  await applyMigrations(database.pool);
  const add = (name: string, finishedAt: string) =>
    database.query(
      `INSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at) VALUES (gen_random_uuid(), repeat('0', 64), $1, ${finishedAt})`,
      [name],
    );
  await add('20990101000000_later', 'now()');
  const told: unknown[] = [];
  const log = { warn: (fields: object) => void told.push(fields) };
  expect(await applyMigrations(database.pool, log)).toEqual([]);
  expect(told).toEqual([{ migration: '20990101000000_later', count: 1 }]);
  await add('20990101000001_half', 'NULL');
  await expect(applyMigrations(database.pool)).rejects.toThrow(/does not know/);
});

it('a database with a migration of another line of releases is refused', async () => {
  await using database = await freshDatabase();
  await applyMigrations(database.pool);
  await database.query(
    `INSERT INTO public._prisma_migrations (id, checksum, migration_name, finished_at) VALUES (gen_random_uuid(), repeat('0', 64), '20200101000000_elsewhere', now())`,
  );
  await expect(applyMigrations(database.pool)).rejects.toThrow(/does not know/);
});

it('a database that lacks what this release needs, and has what a newer one made, is refused', async () => {
  await using database = await freshDatabase();
  await applyMigrations(database.pool);
  await database.query(`UPDATE public._prisma_migrations SET migration_name = '20990101000000_later'`);
  await expect(applyMigrations(database.pool)).rejects.toThrow(/does not know/);
});

it('the Prisma client reads every table the migrations made, so schema and SQL agree', async () => {
  await using database = await freshDatabase();
  await applyMigrations(database.pool);
  const prisma = createPrisma(database.pool);
  const counts = await Promise.all([
    prisma.user.findMany(),
    prisma.workspace.findMany(),
    prisma.member.findMany(),
    prisma.session.findMany(),
    prisma.refreshToken.findMany(),
    prisma.apiKey.findMany(),
    prisma.signingKey.findMany(),
    prisma.auditEntry.findMany(),
    prisma.auditHead.findMany(),
    prisma.idempotencyKey.findMany(),
    prisma.usageDay.findMany(),
    prisma.roomUpdate.findMany(),
    prisma.roomState.findMany(),
  ]);
  expect(counts.flat()).toEqual([]);
  await prisma.$disconnect();
  await database.ping();
});

it('a condition whose value is undefined is refused instead of matching every row', async () => {
  await using database = await freshDatabase();
  await applyMigrations(database.pool);
  const prisma = createPrisma(database.pool);
  const request: { id: string } = JSON.parse('{}');
  await expect(prisma.user.findMany({ where: { id: request.id } })).rejects.toThrow(/undefined/);
});
