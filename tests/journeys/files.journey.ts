import { createHash } from 'node:crypto';
import { graphCaller, type ProductOptions, startProduct } from '@tributary/test-kit';
import { describe, expect, test, vi } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { freshFolder } from './start-attempt.ts';
import { cutUpload, wholeUpload } from './tus-upload.ts';
import { vegaFile } from './vega-files.ts';

vi.setConfig({ testTimeout: 240_000 });

const airports = await vegaFile('airports.csv');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.each<ProductOptions['form']>(['one', 'split'])('in the form "%s"', (form) => {
  test('airports.csv is uploaded, cut, outlives a kill -9 of the product, and comes back bit by bit the same', async () => {
    const dataDir = await freshFolder();
    const killed = await startProduct({ form, dataDir, env: { DEMO: 'off' } });
    const { owner } = await newWorkspace(killed.url);
    const authorization = owner.ask.authorization ?? '';

    const uploading = { ...airports, authorization };
    const cut = await cutUpload({
      ...uploading,
      url: killed.url,
      cutAt: (accepted) => accepted >= 60_000,
    });
    let killing: Promise<void> | undefined;
    const lost = await cutUpload({
      ...uploading,
      url: killed.url,
      from: cut.path,
      cutAt: (accepted) => {
        if (accepted < 120_000) return false;
        killing ??= killed.kill9();
        return true;
      },
    });
    await killing;

    await using product = await startProduct({ form, dataDir, env: { DEMO: 'off' } });
    const head = await fetch(new URL(cut.path, product.url), {
      method: 'HEAD',
      headers: { authorization, 'tus-resumable': '1.0.0' },
    });
    expect(Number(head.headers.get('upload-offset'))).toBeGreaterThanOrEqual(lost.accepted);
    const id = await wholeUpload({ ...uploading, url: product.url, from: cut.path });

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
      sha256: sha256(airports.bytes),
      sizeBytes: airports.bytes.byteLength,
      contentType: 'text/csv',
    });
    expect(data.file.preview.rows[0]?.slice(0, 2)).toEqual(['00M', 'Thigpen']);
    const fetched = await fetch(new URL(data.file.downloadUrl, product.url));
    expect(sha256(new Uint8Array(await fetched.arrayBuffer()))).toBe(sha256(airports.bytes));
  });
});
