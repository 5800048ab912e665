import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@tributary/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { openObjectStore } from './open.ts';
import { createPresignedTokens } from './presigned-tokens.ts';

const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/objects', clock: systemClock });

test('embedded: keeps objects below the data folder, file: where it says', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-objects-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await using _embedded = await openObjectStore('embedded:', { dataDir, tokens, clock: systemClock });
  const elsewhere = `file://${dataDir}/else%20where`;
  await using _file = await openObjectStore(elsewhere, { dataDir, tokens, clock: systemClock });
  expect((await readdir(dataDir)).sort()).toEqual(['else where', 'objects']);
});

test('a URL that names no store is refused with the setting, and an embedded one in production', async () => {
  const options = { dataDir: '', tokens, clock: systemClock };
  for (const url of ['s4://bucket', '/tmp/x', '', 'file://host/share', 'file:folder', 'file:///tmp/x?y']) {
    const details = { setting: 'OBJECT_STORE_URL' };
    await expect(openObjectStore(url, options)).rejects.toMatchObject({ code: 'CONFIG_INVALID', details });
  }
  const production = openObjectStore('embedded:', { ...options, production: true });
  await expect(production).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
