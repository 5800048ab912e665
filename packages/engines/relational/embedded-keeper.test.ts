import { freshDatabase } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { openLink } from '../link.fixture.ts';
import { Keeper } from './embedded-keeper.ts';
import { openSilentWay } from './postgres-way.fixture.ts';

const server = { database: 'postgres', dataDir: '', pid: 1, port: 1 };

test.concurrent('a server that stands still after it let its keeper in is looked for again, and holds up no start', async () => {
  await using database = await freshDatabase();
  await using way = await openSilentWay(database.url, 'pg_try_advisory_lock');
  expect(await Keeper.take({ ...server, url: way.url })).toBeUndefined();
});

test.concurrent('a server that stands still is left in bounded time', async () => {
  await using database = await freshDatabase();
  const url = new URL(database.url);
  await using link = await openLink(Number(url.port));
  url.port = String(link.port);
  const keeper = await Keeper.take({ ...server, url: url.href });
  expect(keeper).toBeDefined();
  link.silence();
  await keeper?.close();
});
