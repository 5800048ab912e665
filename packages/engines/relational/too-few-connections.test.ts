import { createLogger } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { connectPostgres } from './postgres.ts';
import { openWay } from './postgres-way.fixture.ts';

/** A pooler that has so many sessions: who comes later waits for one that is free. */
function poolerOf(url: string, sessions: number) {
  let opened = 0;
  return openWay(url, (near, far) => {
    opened += 1;
    if (opened > sessions) return;
    near.pipe(far);
    far.pipe(near);
  });
}

function telling() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, log: createLogger({ name: 'test', level: 'warn', destination }) };
}

const away = expect.objectContaining({ code: 'ENGINE_UNAVAILABLE' });

test('a pooler with fewer connections than a process asks for is told of in the log, once', async () => {
  await using server = await freshDatabase();
  await using pooler = await poolerOf(server.url, 1);
  const { lines, log } = telling();
  await using database = connectPostgres(pooler.url, { log, poolSize: 3, applicationName: 'test' });
  await database.query('SELECT 1');
  for (let round = 0; round < 2; round += 1) {
    const asked = Promise.allSettled([1, 2, 3].map(() => database.query('SELECT 1')));
    let isOver = false;
    void asked.finally(() => {
      isOver = true;
    });
    // The one that it has works all the while.
    while (!isOver) await database.query('SELECT 1');
    const outcomes = await asked;
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([
      { status: 'rejected', reason: away },
      { status: 'rejected', reason: away },
    ]);
  }
  const told = lines.filter((line) => line.includes('gives no further connection while others work'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('Let it have the 3 that this process may ask for');
}, 60_000);

test('of a database that answers nobody nothing is said about too few connections', async () => {
  await using server = await freshDatabase();
  await using silent = await poolerOf(server.url, 0);
  const { lines, log } = telling();
  await using database = connectPostgres(silent.url, { log, poolSize: 3, applicationName: 'test' });
  await expect(database.query('SELECT 1')).rejects.toThrow(away);
  expect(lines.join('')).not.toContain('gives no further connection');
}, 60_000);
