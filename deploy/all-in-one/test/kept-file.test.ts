import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keep, readKept } from '../src/kept-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'kept-'));
const path = join(folder, 'demo.json');
afterAll(() => rm(folder, { recursive: true }));

test('what is kept is read again, by its user only, and leaves nothing beside it', async () => {
  expect(await readKept(path)).toBeUndefined();
  await keep(path, { partnerKey: 'trb_1' });
  expect(await readKept(path)).toEqual({ partnerKey: 'trb_1' });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['demo.json']);
});

test('a file that a crash left empty or cut short counts as absent, so that the next start makes it anew', async () => {
  for (const text of ['', '{"partnerKey": "tr']) {
    await writeFile(path, text);
    expect(await readKept(path)).toBeUndefined();
  }
});
