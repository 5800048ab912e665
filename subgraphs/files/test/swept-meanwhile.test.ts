import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { member, runFiles, stranger } from './running-files.ts';
import { firstDoing } from './store-with.ts';

const create = `mutation { createUpload(input: { name: "a.bin", sizeBytes: 1000 }) { ... on UploadCreated { id url } } }`;
const complete = `mutation ($id: ID!) { completeUpload(id: $id) { ... on UploadCompleted { file { id } } } }`;

test('an upload that is made a file while it is being swept keeps its bytes, or is no file', async () => {
  const editor = member('EDITOR');
  let meanwhile = async (): Promise<void> => undefined;
  await using files = await runFiles({
    // The store answers the sweeper after somebody else has had their say.
    objects: firstDoing('delete', () => meanwhile()),
  });
  const bytes = new Uint8Array(randomBytes(1_000));
  const upload = (await files.ask(editor, create, {})).data.createUpload;
  expect((await files.send(stranger, 'PUT', upload.url, { body: bytes })).status).toBe(204);
  let completing: Promise<unknown> = Promise.resolve();
  meanwhile = async () => {
    meanwhile = async () => undefined;
    completing = files.ask(editor, complete, { id: upload.id });
    await Promise.race([completing, waitsForLock()]);
  };
  async function waitsForLock(): Promise<void> {
    for (;;) {
      const { rowCount } = await files.relational.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      if (rowCount > 0) return;
    }
  }
  files.clock.advance(7 * 86_400_000);
  await files.files.sweep();
  await completing;
  const { data } = await files.ask(editor, '{ files { totalCount } }');
  expect([data.files.totalCount, (await files.keys()).length]).toEqual([0, 0]);
});
