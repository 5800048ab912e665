import { chmod, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { startProduct } from '@tributary/test-kit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { attemptStart, expectOneSentence, folderWithDemo, freshFolder } from './start-attempt.ts';

vi.setConfig({ testTimeout: 240_000 });

const isRoot = process.getuid?.() === 0;

test.skipIf(process.platform !== 'linux')(
  'a data folder where no folder can be made is refused at once (needs /proc)',
  async () => {
    const start = await attemptStart({ dataDir: '/proc/x' });
    await expectOneSentence(start, /^No folder can be made in \/proc; set DATA_DIR/, '/proc/x');
  },
);

test('a data folder that is a link to nowhere is refused by name', async () => {
  const dataDir = join(await freshFolder(), 'link');
  await symlink('/nowhere/at/all', dataDir);
  const start = await attemptStart({ dataDir });
  await expectOneSentence(
    start,
    /link is a symbolic link to a folder that does not exist; .*DATA_DIR/,
    dataDir,
  );
});

test.each([
  ['an engine that is not there', { PUBSUB_URL: 'pigeon://127.0.0.1' }, /^PUBSUB_URL must start with/],
  ['a host that nobody knows', { HOST: 'foo.invalid' }, /^There is no host foo\.invalid; set HOST/],
  ['an address of another machine', { HOST: '192.0.2.1' }, /^This machine has no address 192\.0\.2\.1/],
  [
    'a database that nobody runs',
    { DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/db' },
    /^DATABASE_URL names a database at 127\.0\.0\.1:1 that cannot be used: nothing listens there/,
  ],
  [
    'a database without a host',
    { DATABASE_URL: 'postgres:me' },
    /^DATABASE_URL must look like postgres:\/\/user:password@host:5432\/database\.$/,
  ],
])(
  'a first start that fails because of %s says so, and leaves nothing behind',
  async (_what, env, sentence) => {
    const above = await freshFolder();
    const dataDir = join(above, 'outer', 'data');
    const start = await attemptStart({ dataDir, env });
    await expectOneSentence(start, sentence, dataDir);
    expect(start.stderr).not.toContain('secret');
    expect(await readdir(above)).toEqual([]);
  },
);

test('a start that fails leaves the data of earlier ones alone', async () => {
  const dataDir = await folderWithDemo();
  const before = await readdir(dataDir);
  const start = await attemptStart({ dataDir, env: { DATABASE_URL: 'postgres://me@127.0.0.1:1/db' } });
  await expectOneSentence(start, /nothing listens there/, dataDir);
  expect(await readdir(dataDir)).toEqual(before);
});

test.skipIf(!isRoot)(
  'root is told where the database lies when its user cannot enter the data folder (needs a run as root)',
  async () => {
    const barred = await freshFolder();
    await chmod(barred, 0o700);
    const dataDir = join(barred, 'data');
    const before = await readdir('/var/lib/tributary').catch(() => []);
    {
      await using product = await startProduct({ form: 'one', dataDir, env: { DEMO: 'off' } });
      const far = (await readFile(join(dataDir, 'postgres', 'location'), 'utf8')).trim();
      onTestFinished(() => rm(far, { recursive: true }));
      expect(product.output()).toContain(`Database     ${far}`);
      expect((await readFile(join(far, 'data-folder'), 'utf8')).trim()).toBe(join(dataDir, 'postgres'));
    }
    expect((await readdir('/var/lib/tributary')).length).toBe(before.length + 1);
  },
);
