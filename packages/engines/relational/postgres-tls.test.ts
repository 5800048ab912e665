import { createLogger } from '@tributary/runtime';
import { freshDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { openTlsFront } from '../tls-front.fixture.ts';
import { openRelational } from './open.ts';
import type { Relational } from './port.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const open = (url: string): Promise<Relational> => openRelational(url, { dataDir: '', log, poolSize: 2 });

/** TLS in front of a database, negotiated as PostgreSQL does it: SSLRequest, and one byte (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL). */
async function overTls(database: string, { mutual }: { readonly mutual: boolean }) {
  const front = await openTlsFront(Number(new URL(database).port), { mutual, agreement: 'S' });
  const url = (host: string, options: Readonly<Record<string, string>>): string => {
    const to = new URL(database);
    to.host = `${host}:${front.port}`;
    for (const [name, value] of Object.entries(options)) to.searchParams.set(name, value);
    return to.href;
  };
  return { ...front, url };
}

test('a server over TLS is used when its certificate is vouched for and of its name, and refused by a sentence otherwise', async () => {
  await using database = await freshDatabase();
  await using front = await overTls(database.url, { mutual: false });
  const trusted = { sslmode: 'verify-full', sslrootcert: front.certFile };
  await using relational = await open(front.url('localhost', trusted));
  expect((await relational.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await using listening = await relational.listen('news', () => undefined);
  await using lock = await relational.tryLock(42);
  expect([listening, lock]).not.toContain(undefined);
  for (const [url, told] of [
    [front.url('localhost', { sslmode: 'verify-full' }), /its certificate is not trusted.*sslrootcert/],
    [front.url('127.0.0.1', trusted), /its certificate is not trusted/],
    [front.url('localhost', { ...trusted, sslrootcert: '/nowhere.pem' }), /nowhere\.pem cannot be read/],
  ] as const)
    await expect(open(url)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(told),
    });
});

test('what a mode means is checked without a warning of the driver’s', async () => {
  await using database = await freshDatabase();
  await using front = await overTls(database.url, { mutual: false });
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
  for (const sslmode of ['require', 'prefer', 'verify-ca']) {
    const trusted = { sslmode, sslrootcert: front.certFile };
    await using relational = await open(front.url('localhost', trusted));
    await relational.ping();
    await expect(open(front.url('127.0.0.1', trusted))).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  }
  expect(warnings).toEqual([]);
});

test('a server that asks for a certificate gets the one that is named', async () => {
  await using database = await freshDatabase();
  await using front = await overTls(database.url, { mutual: true });
  const trusted = { sslmode: 'verify-full', sslrootcert: front.certFile };
  const own = { sslcert: front.certFile, sslkey: front.keyFile };
  await using relational = await open(front.url('localhost', { ...trusted, ...own }));
  await relational.ping();
  await expect(open(front.url('localhost', trusted))).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(/^DATABASE_URL names a database at localhost:\d+ /),
  });
});

test.each([
  'sslmode=no-verify',
  'ssl=no-verify',
  'sslmode=require&uselibpqcompat=true',
  'sslmod=verify-full',
])('certificates are checked: %s is refused', async (option) => {
  await expect(open(`postgres://me:secret@localhost/shop?${option}`)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.not.stringContaining('secret'),
  });
});
