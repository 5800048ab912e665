import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { animated, pngOf } from './png.fixture.ts';
import { member, type RunningFiles, runFiles, stranger, uploaded } from './running-files.ts';

const editor = member('EDITOR');
let files: RunningFiles;

beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

async function variant(id: string, input: object) {
  const { data, code } = await files.ask(
    editor,
    'query ($id: ID!, $input: VariantInput!) { file(id: $id) { contentType variant(input: $input) { contentType url } } }',
    { id, input },
  );
  return { code, contentType: data?.file.contentType, variant: data?.file.variant };
}

async function preview(id: string, args = '') {
  const { data, code } = await files.ask(
    editor,
    `query ($id: ID!) { file(id: $id) { preview${args} { ... on TextPreview { text truncated } ... on TablePreview { columns { name type } rows truncated } } } }`,
    { id },
  );
  return { code, preview: data?.file.preview };
}

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 30 } } });

describe('a variant', () => {
  test.each([
    [{ width: 100 }, 'image/webp', 100, 50],
    [{ height: 20, format: 'AVIF' }, 'image/avif', 40, 20],
    [{ width: 64, height: 64, fit: 'COVER', format: 'JPEG' }, 'image/jpeg', 64, 64],
    [{ width: 64, height: 64, fit: 'CONTAIN', format: 'PNG' }, 'image/png', 64, 32],
    [{ width: 4_000 }, 'image/webp', 400, 200],
  ])('of %j is made once and kept', async (input, type, width, height) => {
    const id = await uploaded(files, editor, {
      name: 'red.png',
      bytes: await picture(400, 200).png().toBuffer(),
    });
    const { variant: made } = await variant(id, input);
    expect(made.contentType).toBe(type);
    const answer = await files.send(stranger, 'GET', made.url);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers['content-disposition']).toMatch(/^inline; filename="red\./);
    const { width: w, height: h } = await sharp(answer.bytes).metadata();
    expect([w, h]).toEqual([width, height]);
    const kept = await files.keys();
    const again = await files.send(stranger, 'GET', made.url);
    expect(again.bytes.equals(answer.bytes)).toBe(true);
    expect(await files.keys()).toEqual(kept);
    expect(kept.filter((key) => key.includes('/variant/'))).not.toEqual([]);
    const etag = again.headers['etag'] ?? '';
    expect((await files.send(stranger, 'GET', made.url, { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    );
  });

  test('takes of the workspace’s quota and gives it back with its file; beyond the quota it is served and not kept', async () => {
    const bytes = await picture(400, 200).png().toBuffer();
    await using small = await runFiles({ settings: { quotaBytes: bytes.byteLength + 500 } });
    const used = async () =>
      (await small.ask(editor, '{ workspaceUsage { usedBytes } }')).data.workspaceUsage.usedBytes;
    const id = await uploaded(small, editor, { name: 'red.png', bytes });
    const keptAfter = async (width: number): Promise<readonly [number, number]> => {
      const { data } = await small.ask(
        member('VIEWER', editor.workspaceId),
        'query ($id: ID!, $input: VariantInput!) { file(id: $id) { variant(input: $input) { url } } }',
        { id, input: { width } },
      );
      const answer = await small.send(stranger, 'GET', data.file.variant.url);
      expect(answer.status).toBe(200);
      const variants = (await small.keys()).filter((key) => key.includes('/variant/'));
      return [variants.length, answer.bytes.byteLength];
    };
    const [, first] = await keptAfter(16);
    expect(await used()).toBe(bytes.byteLength + first);
    let [kept, width] = [1, 16];
    for (let more = true; more && width < 60; ) {
      width += 1;
      const [now] = await keptAfter(width);
      more = now > kept;
      kept = now;
    }
    expect(width).toBeLessThan(60);
    expect(await used()).toBeLessThanOrEqual(bytes.byteLength + 500);
    await small.ask(editor, 'mutation ($id: ID!) { trashFile(id: $id) { id } }', { id });
    await small.ask(editor, 'mutation ($id: ID!) { deleteFile(id: $id) { id } }', { id });
    expect([await used(), await small.keys()]).toEqual([0, []]);
  });

  test('has no place, camera or name of its maker left in it, and stands upright', async () => {
    const bytes = await picture(60, 20)
      .withExif({ IFD0: { Artist: 'Anna' }, IFD3: { GPSLatitude: '52/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const id = await uploaded(files, editor, { name: 'a.jpg', bytes });
    const { variant: made } = await variant(id, { width: 16, format: 'JPEG' });
    const answer = await files.send(stranger, 'GET', made.url);
    const { exif, width = 0, height = 0 } = await sharp(answer.bytes).metadata();
    expect(exif).toBeUndefined();
    expect(height).toBeGreaterThan(width);
  });

  test('is white as a JPEG where the picture lets through what is under it', async () => {
    const clear = { width: 64, height: 64, channels: 4 as const, background: { r: 0, g: 0, b: 0, alpha: 0 } };
    const bytes = await sharp({ create: clear }).png().toBuffer();
    const id = await uploaded(files, editor, { name: 'clear.png', bytes });
    const { variant: made } = await variant(id, { width: 32, format: 'JPEG' });
    const answer = await files.send(stranger, 'GET', made.url);
    const { channels } = await sharp(answer.bytes).stats();
    expect(channels.map(({ mean }) => Math.round(mean))).toEqual([255, 255, 255]);
  });

  test('of an animated PNG is one of its first picture', async () => {
    const bytes = animated(await picture(400, 200).png().toBuffer());
    const id = await uploaded(files, editor, { name: 'moves.png', bytes });
    const { contentType, variant: made } = await variant(id, { width: 100, format: 'PNG' });
    expect(contentType).toBe('image/apng');
    const answer = await files.send(stranger, 'GET', made.url);
    expect(await sharp(answer.bytes).metadata()).toMatchObject({ format: 'png', width: 100, height: 50 });
  });

  test.each([
    ['50,000 × 50,000 pixels in a few hundred bytes', 'bomb.png', () => pngOf(50_000, 50_000)],
    [
      'a picture that ends early',
      'cut.png',
      async () => (await picture(800, 800).png().toBuffer()).subarray(0, 400),
    ],
    [
      'noise behind a signature',
      'noise.png',
      () => Buffer.concat([pngOf(10, 10).subarray(0, 33), Buffer.alloc(500, 7)]),
    ],
  ])('of %s is refused, and nothing is kept', async (_what, name, make) => {
    const id = await uploaded(files, editor, { name, bytes: await make() });
    const before = await files.keys();
    const { variant: made } = await variant(id, { width: 100 });
    const answer = await files.send(stranger, 'GET', made.url);
    expect([answer.status, answer.json().code]).toEqual([422, 'PICTURE_REFUSED']);
    expect((await files.keys()).filter((key) => !before.includes(key))).toEqual([]);
  });

  test.each([
    ['text', 'a.txt', 'words'],
    [
      'SVG, which is a program',
      'a.svg',
      '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    ],
    ['HTML called PNG', 'a.png', '<html></html>'],
  ])('of %s there is none', async (_what, name, bytes) => {
    const id = await uploaded(files, editor, { name, bytes, type: 'image/png' });
    expect((await variant(id, { width: 100 })).variant).toBeNull();
  });

  test.each([
    {},
    { width: 15 },
    { width: 4_097 },
    { height: -1 },
    { width: 100, quality: 0 },
    { width: 100, quality: 101 },
  ])('of %j is refused', async (input) => {
    const id = await uploaded(files, editor, {
      name: 'a.png',
      bytes: await picture(20, 20).png().toBuffer(),
    });
    expect((await variant(id, input)).code).toBe('BAD_USER_INPUT');
  });

  test('goes with its file', async () => {
    const id = await uploaded(files, editor, {
      name: 'a.png',
      bytes: await picture(20, 20).png().toBuffer(),
    });
    const before = await files.keys();
    await files.send(stranger, 'GET', (await variant(id, { width: 16 })).variant.url);
    expect(await files.keys()).toHaveLength(before.length + 1);
    await files.ask(editor, 'mutation ($id: ID!) { trashFile(id: $id) { id } deleteFile(id: $id) { id } }', {
      id,
    });
    expect(await files.keys()).toHaveLength(before.length - 1);
  });
});

describe('a preview', () => {
  test('of a table has its first rows and the type of each column', async () => {
    const csv =
      '\uFEFFcode,name,when,count,share,open\n00501,"Holtsville, NY",2001-01-01,12,0.5,true\n01001,Agawam,2001-01-02,,1e3,false\n';
    const id = await uploaded(files, editor, { name: 'places.csv', bytes: csv });
    expect((await preview(id)).preview).toEqual({
      columns: [
        { name: 'code', type: 'TEXT' },
        { name: 'name', type: 'TEXT' },
        { name: 'when', type: 'DATE' },
        { name: 'count', type: 'INTEGER' },
        { name: 'share', type: 'NUMBER' },
        { name: 'open', type: 'BOOLEAN' },
      ],
      rows: [
        ['00501', 'Holtsville, NY', '2001-01-01', '12', '0.5', 'true'],
        ['01001', 'Agawam', '2001-01-02', null, '1e3', 'false'],
      ],
      truncated: false,
    });
  });

  test.each([
    ['semicolons', '\uFEFFcode;label\r\nD1;"Groß, klein"\r\nD2;1,5\r\n'],
    ['a first line for Excel', '\uFEFFsep=|\r\ncode|label\r\nD1|Groß, klein\r\nD2|1,5\r\n'],
  ])('of a table that a spreadsheet wrote with %s has its columns', async (_what, bytes) => {
    const id = await uploaded(files, editor, { name: 'kunden.csv', bytes });
    expect((await preview(id)).preview).toEqual({
      columns: [
        { name: 'code', type: 'TEXT' },
        { name: 'label', type: 'TEXT' },
      ],
      rows: [
        ['D1', 'Groß, klein'],
        ['D2', '1,5'],
      ],
      truncated: false,
    });
  });

  test('of the airports reads them without reading them all', async () => {
    const main = createRequire(import.meta.url).resolve('vega-datasets');
    const path = join(dirname(main), '..', 'data', 'airports.csv');
    const id = await uploaded(files, editor, { name: 'airports.csv', bytes: readFileSync(path) });
    const { preview: table } = await preview(id, '(rows: 100)');
    expect(table.columns.map(({ name, type }: { name: string; type: string }) => `${name} ${type}`)).toEqual([
      'iata TEXT',
      'name TEXT',
      'city TEXT',
      'state TEXT',
      'country TEXT',
      'latitude NUMBER',
      'longitude NUMBER',
    ]);
    expect([table.rows.length, table.truncated]).toEqual([100, true]);
  });

  test.each([
    ['a million columns', 'wide.csv', `${'a,'.repeat(100_000)}\n`],
    ['one line of 300 KB', 'long.csv', `a,b\n"${'x'.repeat(300_000)}`],
    ['quotes that never close', 'open.csv', 'a,b\n"1,2\n3,4\n'],
    ['bytes that are no text', 'binary.csv', Buffer.from([0, 1, 2, 255])],
  ])('of %s is bounded', async (_what, name, bytes) => {
    const id = await uploaded(files, editor, { name, bytes });
    const { preview: shown, code } = await preview(id);
    expect(code).toBeUndefined();
    expect(JSON.stringify(shown).length).toBeLessThan(50_000);
  });

  test('of text is its beginning, cut between characters', async () => {
    const id = await uploaded(files, editor, { name: 'a.txt', bytes: `${'x'.repeat(19_999)}😀 and more` });
    const { preview: shown } = await preview(id);
    expect(shown).toEqual({ text: 'x'.repeat(19_999), truncated: true });
  });

  test('has 1 to 100 rows', async () => {
    const id = await uploaded(files, editor, { name: 'a.csv', bytes: 'a\n1\n' });
    expect((await preview(id, '(rows: 101)')).code).toBe('BAD_USER_INPUT');
    expect((await preview(id, '(rows: 0)')).code).toBe('BAD_USER_INPUT');
  });
});
