import { expect, test } from 'vitest';
import { form, member, runFiles, uploaded } from './running-files.ts';
import { storeWith } from './store-with.ts';

const settings = { quotaBytes: 1_000 };
const tus = { 'tus-resumable': '1.0.0' };
const ofBytes = (sizeBytes: number) => form([{ name: 'b', bytes: Buffer.alloc(sizeBytes) }]);

test('what announced no size has no room that others reserved, and what announced one has it to the end', async () => {
  await using files = await runFiles({ settings });
  const editor = member('EDITOR');
  const headers = { ...tus, 'upload-length': '600', 'upload-metadata': `filename ${btoa('a.bin')}` };
  const begun = await files.send(editor, 'POST', '/files/tus', { headers });
  const refused = await files.send(editor, 'POST', '/files/form', ofBytes(500));
  expect([refused.status, refused.json()]).toEqual([
    413,
    expect.objectContaining({ code: 'QUOTA_EXCEEDED', usedBytes: 600, quotaBytes: 1_000 }),
  ]);
  await uploaded(files, editor, { name: 'c', bytes: 'x'.repeat(400) });
  const whole = await files.send(editor, 'PATCH', begun.headers['location'] ?? '', {
    headers: { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    body: Buffer.alloc(600),
  });
  expect([whole.status, whole.headers['tributary-file-id']]).toEqual([204, expect.any(String)]);
});

test('bytes that a full workspace has no room for are refused as they come: nothing of them is written', async () => {
  const writes: string[] = [];
  const observed = storeWith((real) => ({
    put: (request) => {
      writes.push('put');
      return real.put(request);
    },
    putPart: (request) => {
      writes.push('putPart');
      return real.putPart(request);
    },
    completeUpload: (request) => {
      writes.push('completeUpload');
      return real.completeUpload(request);
    },
  }));
  await using files = await runFiles({ settings, objects: observed });
  const editor = member('EDITOR');
  await uploaded(files, editor, { name: 'a', bytes: 'x'.repeat(1_000) });
  const before = [...writes];
  expect(before).toContain('put');
  const refused = await files.send(editor, 'POST', '/files/form', ofBytes(20_000_000));
  expect([refused.status, refused.json().code]).toEqual([413, 'QUOTA_EXCEEDED']);
  expect(writes).toEqual(before);
  const asked = '{ workspaceUsage { usedBytes reservedBytes } }';
  const { workspaceUsage } = (await files.ask(editor, asked)).data;
  expect(workspaceUsage).toEqual({ usedBytes: 1_000, reservedBytes: 0 });
});

test('a workspace that fills while an upload of no announced size is written refuses it before it is an object', async () => {
  const completed: string[] = [];
  let fill = async (): Promise<void> => undefined;
  const observed = storeWith((real) => ({
    completeUpload: (request) => {
      completed.push('completeUpload');
      return real.completeUpload(request);
    },
    putPart: async (request) => {
      await fill();
      return await real.putPart(request);
    },
  }));
  await using files = await runFiles({ settings: { quotaBytes: 30_000_000 }, objects: observed });
  const editor = member('EDITOR');
  const headers = { ...tus, 'upload-length': '20000000', 'upload-metadata': `filename ${btoa('a.bin')}` };
  let begun = 0;
  fill = async () => {
    fill = async () => undefined;
    begun = (await files.send(editor, 'POST', '/files/tus', { headers })).status;
  };
  const refused = await files.send(editor, 'POST', '/files/form', ofBytes(20_000_000));
  expect([begun, refused.status, refused.json().code]).toEqual([201, 413, 'QUOTA_EXCEEDED']);
  expect(completed).toEqual([]);
  expect(await files.store.unfinishedUploads(Date.now() + 60_000, 10)).toEqual([]);
});
