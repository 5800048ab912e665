import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations } from '@tributary/prisma';
import { migratedDatabase } from '@tributary/test-kit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { requireKeptSecrets } from '../src/kept-fingerprint.ts';
import { loadSecrets } from '../src/secrets.ts';

async function freshFolder() {
  const dataDir = await mkdtemp(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  return { dataDir, path: join(dataDir, 'secrets.json') };
}

test('the first start makes secrets, and every later one finds them', async () => {
  const { dataDir } = await freshFolder();
  const made = await loadSecrets({ dataDir, lostSecrets: 'refuse' });
  await mkdir(join(dataDir, 'postgres'));
  const found = await loadSecrets({ dataDir, lostSecrets: 'refuse' });
  expect([found.sealingKey, found.cursorSecret]).toEqual([made.sealingKey, made.cursorSecret]);
});

test.each(['postgres', 'wrapping-keys', 'objects'])(
  'no secrets are made beside %s of an earlier start; the file is named, and so is what to do',
  async (folder) => {
    const { dataDir, path } = await freshFolder();
    await mkdir(join(dataDir, folder));
    await expect(loadSecrets({ dataDir, lostSecrets: 'refuse' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(/secrets\.json is missing.*restore it.*LOST_SECRETS=replace/),
    });
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

test.each(['', '{', '{}', 'null', '{"cursorSecret":"short","sealingKey":"c2hvcnQ="}'])(
  'damaged secrets (%j) are refused in one sentence that names the file, and stay as they are',
  async (text) => {
    const { dataDir, path } = await freshFolder();
    await writeFile(path, text);
    await expect(loadSecrets({ dataDir, lostSecrets: 'refuse' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${path} is damaged; restore it`),
    });
    expect(await readFile(path, 'utf8')).toBe(text);
  },
);

test('lost secrets are replaced on request, and secrets that are there are not', async () => {
  const { dataDir } = await freshFolder();
  await mkdir(join(dataDir, 'postgres'));
  const made = await loadSecrets({ dataDir, lostSecrets: 'replace' });
  expect((await loadSecrets({ dataDir, lostSecrets: 'replace' })).sealingKey).toBe(made.sealingKey);
});

test('a database elsewhere is not used with other secrets than its own, unless they are to be replaced', async () => {
  await using relational = await migratedDatabase(applyMigrations);
  const start = async (dataDir: string, lostSecrets: 'refuse' | 'replace'): Promise<void> => {
    const secrets = await loadSecrets({ dataDir, lostSecrets });
    await requireKeptSecrets(relational, secrets, { dataDir, lostSecrets, keepFolder: () => undefined });
  };
  const { dataDir: first } = await freshFolder();
  await start(first, 'refuse');
  await start(first, 'refuse');
  // The folder is gone: a start makes new secrets, which fit nothing in the database.
  const { dataDir: empty, path } = await freshFolder();
  const refused = { code: 'CONFIG_INVALID', message: expect.stringMatching(/LOST_SECRETS=replace/) };
  await expect(start(empty, 'refuse')).rejects.toMatchObject(refused);
  await expect(start(empty, 'refuse')).rejects.toMatchObject({ message: expect.stringContaining(path) });
  await start(first, 'refuse');
  await start(empty, 'replace');
  await start(empty, 'refuse');
  await expect(start(first, 'refuse')).rejects.toMatchObject(refused);
});

test('a first start that fails keeps its folder where the database lies elsewhere, which it has told its secrets to', async () => {
  await using relational = await migratedDatabase(applyMigrations);
  const keepFolder = vi.fn<() => void>();
  const start = async (
    { pool }: Pick<typeof relational, 'pool'>,
    dataDir: string,
    lostSecrets: 'refuse' | 'replace',
  ): Promise<void> => {
    keepFolder.mockClear();
    const secrets = await loadSecrets({ dataDir, lostSecrets });
    await requireKeptSecrets({ pool }, secrets, { dataDir, lostSecrets, keepFolder });
  };
  const keptAt = async (dataDir: string): Promise<boolean> => {
    await start(relational, dataDir, 'replace');
    return keepFolder.mock.calls.length > 0;
  };
  const { dataDir: alone } = await freshFolder();
  expect(await keptAt(alone)).toBe(true);
  const { dataDir: withDatabase } = await freshFolder();
  await mkdir(join(withDatabase, 'postgres'));
  expect(await keptAt(withDatabase)).toBe(false);
  // Refused: the database knows nothing of these secrets, and the next start may begin anew.
  const { dataDir: refused } = await freshFolder();
  await expect(start(relational, refused, 'refuse')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(keepFolder).not.toHaveBeenCalled();
  // Nobody knows whether it was told.
  const ended = await migratedDatabase(applyMigrations);
  await ended[Symbol.asyncDispose]();
  const { dataDir: unknown } = await freshFolder();
  await expect(start(ended, unknown, 'refuse')).rejects.toThrow();
  expect(keepFolder).toHaveBeenCalled();
});
