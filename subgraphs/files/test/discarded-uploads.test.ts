import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { member, type RunningFiles, runFiles, stranger } from './running-files.ts';
import { awayFor, firstDoing } from './store-with.ts';

const create = `mutation { createUpload(input: { name: "a.bin", sizeBytes: 1000 }) { ... on UploadCreated { id url } } }`;
const complete = `mutation ($id: ID!) { completeUpload(id: $id) { ... on UploadCompleted { file { id } } } }`;
const editor = member('EDITOR');

/** A PUT that ends early, which ends its upload. */
const putHalf = (files: RunningFiles, url: string) =>
  files.send(stranger, 'PUT', url, {
    headers: { 'content-length': '1000' },
    body: Readable.from([randomBytes(500)]),
  });
const rows = async (files: RunningFiles): Promise<number> =>
  (await files.relational.query('SELECT FROM files.upload')).rows.length;
const reserved = async (files: RunningFiles): Promise<number> =>
  (await files.ask(editor, '{ workspaceUsage { reservedBytes } }')).data.workspaceUsage.reservedBytes;

test.each(['sweeper', 'request'])(
  'while the store is slow to free what a %s discards no row is locked, no transaction is open, and nobody makes it a file',
  async (who) => {
    let meanwhile = async (): Promise<void> => undefined;
    await using files = await runFiles({
      objects: firstDoing('delete', () => meanwhile()),
    });
    const { id, url } = (await files.ask(editor, create)).data.createUpload;
    if (who === 'sweeper')
      await files.send(stranger, 'PUT', url, { body: new Uint8Array(randomBytes(1_000)) });
    const seen: unknown[] = [];
    meanwhile = async () => {
      meanwhile = async () => undefined;
      const { rowCount: free } = await files.relational.query(
        'SELECT FROM files.upload WHERE id = $1 FOR UPDATE SKIP LOCKED',
        [id],
      );
      const { rowCount: open } = await files.relational.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
      );
      seen.push({ free, open });
      // Whoever finds the row locked waits for it until the store has answered.
      if (free === 1) seen.push((await files.ask(editor, complete, { id })).code);
    };
    files.clock.advance(who === 'sweeper' ? 7 * 86_400_000 : 0);
    if (who === 'sweeper') await files.files.sweep();
    else expect((await putHalf(files, url)).status).toBe(400);
    expect(seen).toEqual([{ free: 1, open: 0 }, 'NOT_FOUND']);
    expect([await files.keys(), await rows(files)]).toEqual([[], 0]);
  },
);

test('an upload that is discarded while the store is away is gone at once with what it reserved, and its bytes go later', async () => {
  let isAway = true;
  await using files = await runFiles({ objects: awayFor('delete', () => isAway) });
  const announced = create.replace('sizeBytes: 1000', `sizeBytes: 1000, sha256: "${'0'.repeat(64)}"`);
  const { id, url } = (await files.ask(editor, announced)).data.createUpload;
  const put = await files.send(stranger, 'PUT', url, { body: new Uint8Array(1_000) });
  expect(put.json().code).toBe('CONTENT_MISMATCH');
  expect(await reserved(files)).toBe(0);
  expect((await files.ask(editor, complete, { id })).code).toBe('NOT_FOUND');
  expect((await files.send(stranger, 'PUT', url, { body: new Uint8Array(1_000) })).status).toBe(404);
  const minutesLater = () => files.relational.query('UPDATE files.upload SET lease_until = now()');
  await minutesLater();
  await expect(files.files.sweep()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  expect((await files.keys()).length).toBe(1);
  isAway = false;
  await minutesLater();
  await files.files.sweep();
  expect([await files.keys(), await rows(files)]).toEqual([[], 0]);
});
