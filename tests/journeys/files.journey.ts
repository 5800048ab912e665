import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { graphCaller, type ProductOptions, startProduct } from '@tributary/test-kit';
import * as tus from 'tus-js-client';
import { describe, expect, test, vi } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { freshFolder } from './start-attempt.ts';

vi.setConfig({ testTimeout: 120_000 });

const main = createRequire(import.meta.url).resolve('vega-datasets');
const airports = readFileSync(join(dirname(main), '..', 'data', 'airports.csv'));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Stopped {
  /** Path of the upload, to go on from. */
  readonly path: string;
  /** Bytes the server has acknowledged. */
  readonly accepted: number;
}

interface Uploading {
  readonly url: string;
  readonly authorization: string;
  /** Goes on with this upload. */
  readonly from?: string;
  /** Called with what was acknowledged so far; true cuts the upload there. */
  readonly cutAt?: (accepted: number) => boolean;
}

/** Sends airports.csv with the stock tus client until it is whole (the file's id) or cut. */
function upload({ url, authorization, from, cutAt = () => false }: Uploading): Promise<Stopped | string> {
  return new Promise((resolve, reject) => {
    let fileId: string | undefined;
    let accepted = 0;
    const client = new tus.Upload(airports, {
      endpoint: `${url}/files/tus`,
      uploadUrl: from === undefined ? null : new URL(from, url).href,
      headers: { authorization },
      metadata: { filename: 'airports.csv', filetype: 'text/csv' },
      chunkSize: 30_000,
      retryDelays: null,
      onAfterResponse: (_request, response) => {
        fileId = response.getHeader('tributary-file-id') ?? fileId;
      },
      onChunkComplete: (_size, acknowledged) => {
        accepted = acknowledged;
        if (!cutAt(acknowledged)) return;
        void client.abort();
        resolve({ path: new URL(client.url ?? '').pathname, accepted });
      },
      onSuccess: () => resolve(fileId ?? ''),
      onError: (error) =>
        client.url === null ? reject(error) : resolve({ path: new URL(client.url).pathname, accepted }),
    });
    client.start();
  });
}

describe.each<ProductOptions['form']>(['one', 'split'])('in the form "%s"', (form) => {
  test('airports.csv is uploaded, cut, outlives a kill -9 of the product, and comes back bit by bit the same', async () => {
    const dataDir = await freshFolder();
    const killed = await startProduct({ form, dataDir, env: { DEMO: 'off' } });
    const { owner } = await newWorkspace(killed.url);
    const authorization = owner.ask.authorization ?? '';

    const cut = await upload({ url: killed.url, authorization, cutAt: (accepted) => accepted >= 60_000 });
    if (typeof cut === 'string') throw new Error('it was not cut');
    let killing: Promise<void> | undefined;
    const lost = await upload({
      url: killed.url,
      authorization,
      from: cut.path,
      cutAt: (accepted) => {
        if (accepted >= 120_000) killing ??= killed.kill9();
        return false;
      },
    });
    if (typeof lost === 'string') throw new Error('it was whole before the kill');
    await killing;

    await using product = await startProduct({ form, dataDir, env: { DEMO: 'off' } });
    const head = await fetch(new URL(cut.path, product.url), {
      method: 'HEAD',
      headers: { authorization, 'tus-resumable': '1.0.0' },
    });
    expect(Number(head.headers.get('upload-offset'))).toBeGreaterThanOrEqual(lost.accepted);
    const id = await upload({ url: product.url, authorization, from: cut.path });

    const ask = graphCaller(product.url, authorization);
    const { data, errors } = await ask<{
      file: {
        sha256: string;
        sizeBytes: number;
        contentType: string;
        downloadUrl: string;
        preview: { rows: string[][] };
      };
    }>(
      'query ($id: ID!) { file(id: $id) { sha256 sizeBytes contentType downloadUrl preview(rows: 1) { ... on TablePreview { rows } } } }',
      { id },
    );
    expect(errors).toEqual([]);
    expect(data.file).toMatchObject({
      sha256: sha256(airports),
      sizeBytes: airports.byteLength,
      contentType: 'text/csv',
    });
    expect(data.file.preview.rows[0]?.slice(0, 2)).toEqual(['00M', 'Thigpen']);
    const fetched = await fetch(new URL(data.file.downloadUrl, product.url));
    expect(sha256(new Uint8Array(await fetched.arrayBuffer()))).toBe(sha256(airports));
  });
});
