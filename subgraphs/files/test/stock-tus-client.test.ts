import { createHash, randomBytes } from 'node:crypto';
import * as tus from 'tus-js-client';
import { expect, test } from 'vitest';
import { member, runFiles } from './running-files.ts';

const editor = member('EDITOR');

test('the stock client uploads, is cut twice, and resumes', async () => {
  await using files = await runFiles();
  const { url } = await files.serve();
  const bytes = randomBytes(9_000_000);
  const headers = await files.headersOf(editor);
  let cuts = 0;
  const completed = await new Promise<string | undefined>((resolve, reject) => {
    let fileId: string | undefined;
    const upload = new tus.Upload(bytes, {
      endpoint: `${url}/files/tus`,
      headers,
      chunkSize: 1_000_000,
      retryDelays: [0, 0, 0],
      metadata: { filename: 'stock.bin' },
      onAfterResponse: (_request, response) => {
        fileId = response.getHeader('tributary-file-id') ?? fileId;
      },
      onChunkComplete: async (_size, accepted) => {
        if (cuts < 2 && accepted >= 2_000_000 * (cuts + 1)) {
          cuts += 1;
          await upload.abort();
          upload.start();
        }
      },
      onSuccess: () => resolve(fileId),
      onError: reject,
    });
    upload.start();
  });
  expect(cuts).toBe(2);
  const { data } = await files.ask(editor, 'query ($id: ID!) { file(id: $id) { name sha256 } }', {
    id: completed,
  });
  expect(data.file).toEqual({ name: 'stock.bin', sha256: createHash('sha256').update(bytes).digest('hex') });
});
