import { createHash } from 'node:crypto';
import { graphCaller, type RunningProduct } from '@tributary/test-kit';
import { expect } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { cutUpload, wholeUpload } from './tus-upload.ts';
import { vegaFile } from './vega-files.ts';

const airports = await vegaFile('airports.csv');
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** An upload that was under way when its product was killed. */
export interface InterruptedUpload {
  readonly authorization: string;
  readonly path: string;
  /** What the product said it had before it was killed. */
  readonly accepted: number;
}

/** Uploads airports.csv, cuts it, goes on, and kills the product half-way. */
export async function killHalfWay(product: RunningProduct): Promise<InterruptedUpload> {
  const { owner } = await newWorkspace(product.url);
  const authorization = owner.ask.authorization ?? '';
  const uploading = { ...airports, authorization, url: product.url };
  const { path } = await cutUpload({ ...uploading, cutAt: (accepted) => accepted >= 60_000 });
  let killing: Promise<void> | undefined;
  const { accepted } = await cutUpload({
    ...uploading,
    from: path,
    cutAt: (sofar) => {
      if (sofar < 120_000) return false;
      killing ??= product.kill9();
      return true;
    },
  });
  await killing;
  return { authorization, path, accepted };
}

/** The next start has what was accepted, takes the rest, and gives the whole back bit by bit the same. */
export async function expectCompletes(
  url: string,
  { authorization, path, accepted }: InterruptedUpload,
): Promise<void> {
  const head = await fetch(new URL(path, url), {
    method: 'HEAD',
    headers: { authorization, 'tus-resumable': '1.0.0' },
  });
  expect(Number(head.headers.get('upload-offset'))).toBeGreaterThanOrEqual(accepted);
  const id = await wholeUpload({ ...airports, authorization, url, from: path });

  const { data, errors } = await graphCaller(url, authorization)<{
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
  const fetched = await fetch(new URL(data.file.downloadUrl, url));
  expect(sha256(new Uint8Array(await fetched.arrayBuffer()))).toBe(sha256(airports.bytes));
}
