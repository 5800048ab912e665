import { connectPostgres } from '@tributary/engines/relational/postgres';
import { codedSqlError } from '@tributary/engines/relational/postgres-errors';
import { createPrisma } from '@tributary/prisma';
import { createLogger } from '@tributary/runtime';
import { freeze, freshDatabase } from '@tributary/test-kit';
import { expect, it } from 'vitest';
import { newOwner } from './people.ts';
import { runIdentity } from './running-identity.ts';

const away = { code: 'ENGINE_UNAVAILABLE', retryable: true };

it('what is read while the database is away is refused as worth trying again, like what is written', async () => {
  const identity = await runIdentity();
  const olga = await newOwner(identity);
  await identity[Symbol.asyncDispose]();
  for (const read of [
    '{ members { nodes { role } } }',
    '{ auditLog { nodes { id } } }',
    '{ workspace { slug } }',
  ])
    expect((await identity.ask(olga.principal, read)).codes).toEqual([away.code]);
});

it('a connection that ends under a read, and a server that is not there, are the database away', async () => {
  await using database = await freshDatabase();
  const prisma = createPrisma(database.pool, codedSqlError);
  await expect(prisma.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`).rejects.toMatchObject(away);
  const log = createLogger({ name: 'test', level: 'silent' });
  // Port 1 is nobody's: connections to it are refused at once.
  const nowhere = connectPostgres('postgres://nobody@127.0.0.1:1/none', {
    log,
    poolSize: 1,
    applicationName: 'test',
  });
  await expect(createPrisma(nowhere.pool, codedSqlError).user.findMany()).rejects.toMatchObject(away);
  await nowhere[Symbol.asyncDispose]();
});

it('a server process that stands still under a read is the database away', async () => {
  await using database = await freshDatabase();
  const log = createLogger({ name: 'test', level: 'silent' });
  const limits = { statementLimitMs: 1_000, silenceLimitMs: 3_000 };
  await using relational = connectPostgres(database.url, {
    log,
    poolSize: 1,
    applicationName: 'test',
    ...limits,
  });
  const prisma = createPrisma(relational.pool, codedSqlError);
  const asked = 'SELECT pg_backend_pid() AS pid';
  const pid = (await relational.query<{ pid: number }>(asked)).rows[0]?.pid ?? 0;
  freeze(pid);
  try {
    await expect(prisma.$queryRaw`SELECT 1`).rejects.toMatchObject(away);
    expect(await prisma.$queryRaw`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

it('a fault of the statement itself stays a fault of ours', async () => {
  await using database = await freshDatabase();
  const prisma = createPrisma(database.pool, codedSqlError);
  await expect(prisma.$queryRaw`SELECT no_such_column`).rejects.not.toHaveProperty('code', away.code);
});
