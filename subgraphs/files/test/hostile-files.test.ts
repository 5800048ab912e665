import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32, deflateSync } from 'node:zlib';
import { CodedError } from '@tributary/runtime';
import { eventually, rounds } from '@tributary/test-kit';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, member, type RunningFiles, runFiles, stranger, uploaded } from './running-files.ts';

const editor = member('EDITOR');
let files: RunningFiles;

beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

const query = `query ($id: ID!) { file(id: $id) { contentType downloadUrl(inline: true) preview { __typename }
  variant(input: { width: 64 }) { url } } }`;

async function looked(name: string, bytes: Uint8Array | string, type?: string) {
  const id = await uploaded(files, editor, { name, bytes, ...(type === undefined ? {} : { type }) });
  const { data, errors } = await files.ask(editor, query, { id });
  expect(errors).toEqual([]);
  const served = await files.send(stranger, 'GET', data.file.downloadUrl);
  return { ...data.file, served };
}

/** One chunk of a PNG (its specification, §5.3). */
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A PNG that says it has so many pixels, with as much data as is given. */
function png(width: number, height: number, pixels: Uint8Array): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const data = chunk('IDAT', deflateSync(pixels));
  return Buffer.concat([signature, chunk('IHDR', head), data, chunk('IEND', new Uint8Array())]);
}

const dot = png(1, 1, new Uint8Array(2));

describe('what could run in a browser', () => {
  const script = '<script>alert(1)</script>';
  test.each([
    ['a page', 'a.png', `<!doctype html>${script}`],
    ['a page after white space', 'a.txt', `\n\n  <HTML>${script}`],
    ['a drawing', 'a.png', `<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`],
    ['a drawing behind a comment', 'a.txt', `<!-- ${'x'.repeat(2_000)} -->\n<svg>${script}</svg>`],
    ['XML', 'a.txt', `<?xml version="1.0"?><a xmlns="http://www.w3.org/1999/xhtml">${script}</a>`],
    ['a document', 'a.png', `%PDF-1.7\n1 0 obj << /OpenAction << /JS (app.alert(1)) >> >>`],
    ['a page in UTF-16', 'a.txt', Buffer.from(`\uFEFF<html>${script}`, 'utf16le')],
    ['an archive', 'a.png', Buffer.concat([Buffer.from('504b0304', 'hex'), randomBytes(200)])],
  ])('%s is saved, whatever it is called and asked for', async (_what, name, bytes) => {
    const { served } = await looked(name, bytes, 'image/png');
    expect(served.headers['content-disposition']).toMatch(/^attachment/);
    expect(served.headers['x-content-type-options']).toBe('nosniff');
    expect(served.headers['content-security-policy']).toContain('sandbox');
  });

  test('a picture that is a page as well is shown as a picture, and taken for nothing else', async () => {
    const both = Buffer.concat([dot, Buffer.from(`<!doctype html>${script}`)]);
    const { served, contentType } = await looked('a.html', both, 'text/html');
    expect(contentType).toBe('image/png');
    expect(served.headers['content-type']).toBe('image/png');
    expect(served.headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('pictures that are bombs or none', () => {
  const bombs: readonly (readonly [string, Buffer])[] = [
    ['with two and a half thousand million pixels in its head', png(50_000, 50_000, new Uint8Array(100))],
    ['with 60 million pixels that compress to nothing', png(30_000, 2_000, new Uint8Array(60_002_000))],
    ['with no row of the many it has', png(2_000, 2_000, new Uint8Array())],
    ['cut off in its data', png(300, 300, randomBytes(90_300)).subarray(0, 20_000)],
    ['with nothing but a signature', dot.subarray(0, 8)],
    [
      'a GIF of 65,535 by 65,535',
      Buffer.from('GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0', 'latin1'),
    ],
    [
      'a TIFF that points to itself',
      Buffer.from('49492a000800000001000401040001000000ffffffff08000000', 'hex'),
    ],
  ];
  test.each(bombs)('%s: no variant, and the next picture is served', async (_what, bytes) => {
    const { variant } = await looked('a.png', bytes);
    if (variant !== null) {
      const refused = await files.send(stranger, 'GET', variant.url);
      expect([refused.status, refused.json().code]).toEqual([422, 'PICTURE_REFUSED']);
    }
    const harmless = await looked('b.png', png(100, 100, new Uint8Array(10_100)));
    expect((await files.send(stranger, 'GET', harmless.variant.url)).status).toBe(200);
  });

  test.each(['', ', fit: COVER'])(
    'a long picture has no side beyond the bounds, also where it is not named (width: 64%s)',
    async (fit) => {
      const picture = sharp({ create: { width: 64, height: 5_000, channels: 3, background: 'teal' } });
      const id = await uploaded(files, editor, { name: 'long.png', bytes: await picture.png().toBuffer() });
      const { data } = await files.ask(
        editor,
        `query ($id: ID!) { file(id: $id) { variant(input: { width: 64${fit} }) { url } } }`,
        { id },
      );
      const { bytes } = await files.send(stranger, 'GET', data.file.variant.url);
      const { width, height } = await sharp(bytes).metadata();
      expect([width, height]).toEqual([52, 4_096]);
    },
  );

  test('what is no picture by its bytes has no variants, whatever it is called', async () => {
    for (const bytes of ['<svg/>', 'text', randomBytes(100)]) {
      expect((await looked('a.png', bytes, 'image/png')).variant).toBeNull();
    }
  });
});

describe('archives and tables that are bombs', () => {
  test('archives are kept as they came: nothing is unpacked, shown or named by what is in them', async () => {
    const before = (await files.keys()).length;
    const inner = Buffer.from('../../../etc/passwd');
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50);
    head.writeUInt16LE(inner.length, 26);
    const { contentType, preview, served } = await looked(
      'a.zip',
      Buffer.concat([head, inner, randomBytes(300)]),
    );
    expect([contentType, preview]).toEqual(['application/zip', null]);
    expect(served.bytes).toHaveLength(30 + inner.length + 300);
    expect(await files.keys()).toHaveLength(before + 1);
  });

  test.each([
    ['one quote that never ends', `a,b\n"${'x'.repeat(400_000)}`],
    ['nothing but quotes', '"'.repeat(400_000)],
    ['nothing but commas', ','.repeat(400_000)],
    ['nothing but line ends', '\n'.repeat(400_000)],
    ['one line', 'x'.repeat(400_000)],
    ['two hundred thousand rows', 'a\n'.repeat(200_000)],
  ])('a table of %s is previewed within bounds', async (_what, bytes) => {
    const id = await uploaded(files, editor, { name: 'a.csv', bytes });
    const { data, errors } = await files.ask(
      editor,
      `query ($id: ID!) { file(id: $id) { preview(rows: 100) { ... on TextPreview { text } ... on TablePreview { columns { name } rows } } } }`,
      { id },
    );
    expect(errors).toEqual([]);
    expect(JSON.stringify(data).length).toBeLessThan(1_000_000);
  });
});

test('whatever a file is called, its headers are one line each and give the name back', async () => {
  const name = fc
    .string({
      unit: fc.oneof(
        fc.constantFrom(...'";\\=%\'äé漢\u{1F600}'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
      minLength: 1,
      maxLength: 40,
    })
    .filter((text) => text.trim() === text);
  const id = await uploaded(files, editor, { name: 'a', bytes: 'x' });
  await fc.assert(
    fc.asyncProperty(name, async (text) => {
      const rename =
        'mutation ($id: ID!, $name: String!) { renameFile(id: $id, name: $name) { name downloadUrl } }';
      const { data, code } = await files.ask(editor, rename, { id, name: text });
      if (data === null) {
        expect(code).toBe('BAD_USER_INPUT');
        return;
      }
      const { headers } = await files.send(stranger, 'GET', data.renameFile.downloadUrl);
      const disposition = headers['content-disposition'] ?? '';
      expect(disposition).toMatch(/^attachment(; [\x20-\x7e\xa0-\xff]+)?$/);
      const extended = /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1];
      const plain = /filename="((?:[^"\\]|\\.)*)"|filename=([^;"]+)/.exec(disposition);
      const told =
        extended === undefined
          ? (plain?.[1] ?? plain?.[2] ?? '').replace(/\\(.)/g, '$1')
          : decodeURIComponent(extended);
      expect(told).toBe(data.renameFile.name);
    }),
    { numRuns: rounds(20, 60) },
  );
});

test('no change of a link is answered, and none tells what there is', async () => {
  const id = await uploaded(files, editor, { name: 'a', bytes: 'x' });
  const { data } = await files.ask(editor, query, { id });
  const url: string = data.file.downloadUrl;
  const absent = (await files.send(stranger, 'GET', '/files/d/e30.e30')).json();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: '/files/d/'.length, max: url.length - 1 }),
      fc.constantFrom(...'aZ0_-.'),
      async (at, letter) => {
        fc.pre(url[at] !== letter);
        const answer = await files.send(stranger, 'GET', url.slice(0, at) + letter + url.slice(at + 1));
        const own = {
          detail: expect.any(String),
          instance: expect.any(String),
          requestId: expect.any(String),
        };
        expect([answer.status, answer.json()]).toEqual([404, { ...absent, ...own }]);
      },
    ),
    { numRuns: rounds(20, 60) },
  );
  for (const path of [
    '/files/d/',
    '/files/d/..%2f..',
    '/files/d/../../etc/passwd',
    '/files/u/a.b',
    '/files//d/a.b',
  ]) {
    expect((await files.send(stranger, 'GET', path)).status).toBeGreaterThanOrEqual(404);
  }
});

test('a form of ten thousand parts is refused early, and nothing of it stays', async () => {
  const before = await files.keys();
  const many = Array.from({ length: 10_000 }, (_, n) => ({ name: `f${n}`, bytes: '' }));
  const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, 'v']));
  for (const sent of [form([], fields), form([{ name: '', bytes: 'x' }, ...many])]) {
    const answer = await files.send(editor, 'POST', '/files/form', sent);
    expect([400, 413]).toContain(answer.status);
  }
  expect(await files.keys()).toEqual(before);
});

test('a workspace whose uploads all stand still keeps no other from uploading', async () => {
  const slow = member('EDITOR');
  const stalled: Readable[] = [];
  const answers = Array.from({ length: 40 }, () => {
    const body = new Readable({ read: () => undefined });
    stalled.push(body);
    const { headers = {}, body: bytes } = form([{ name: 'a', bytes: 'x'.repeat(5_000) }]);
    body.push(bytes.subarray(0, 1_000));
    return files.send(slow, 'POST', '/files/form', {
      headers: { ...headers, 'content-length': '9999' },
      body,
    });
  });
  const waiting = 'SELECT count(*)::int AS count FROM files.upload WHERE workspace_id = $1';
  await eventually(async () => {
    const { rows } = await files.relational.query<{ count: number }>(waiting, [slow.workspaceId]);
    expect(rows[0]?.count).toBeGreaterThan(16);
  });
  await uploaded(files, editor, { name: 'a', bytes: 'quick' });
  for (const body of stalled) body.destroy(new CodedError('BAD_REQUEST', 'The client left.'));
  for (const { status } of await Promise.all(answers)) expect([400, 503]).toContain(status);
  await eventually(async () => {
    const { rows } = await files.relational.query<{ count: number }>(waiting, [slow.workspaceId]);
    expect(rows[0]?.count).toBe(0);
  });
});
