import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { member, type Received, type RunningFiles, runFiles, stranger } from './running-files.ts';

const editor = member('EDITOR');
const tusHeaders = { 'tus-resumable': '1.0.0' };
let files: RunningFiles;

beforeAll(async () => {
  files = await runFiles();
});
afterAll(() => files[Symbol.asyncDispose]());

async function begin(sizeBytes: number): Promise<string> {
  const { headers } = await files.send(editor, 'POST', '/files/tus', {
    headers: {
      ...tusHeaders,
      'upload-length': String(sizeBytes),
      'upload-metadata': `filename ${Buffer.from('a.bin').toString('base64')}`,
    },
  });
  return headers['location'] ?? '';
}

const checksum = (algorithm: string, bytes: Uint8Array): string =>
  `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`;

interface Piece {
  readonly offset: number;
  readonly body: Uint8Array | Readable;
  readonly checksum: string;
}

function patch(location: string, piece: Piece, to = files.files): Promise<Received> {
  const headers = {
    ...tusHeaders,
    'upload-offset': String(piece.offset),
    'upload-checksum': piece.checksum,
    'content-type': 'application/offset+octet-stream',
  };
  return files.send(editor, 'PATCH', location, { headers, body: piece.body, to });
}

async function offsetOf(location: string): Promise<number> {
  const { headers } = await files.send(editor, 'HEAD', location, { headers: tusHeaders });
  return Number(headers['upload-offset']);
}

/** What is served of the file an upload became. */
async function served(answer: Received): Promise<Buffer> {
  const { data } = await files.ask(editor, 'query ($id: ID!) { file(id: $id) { sha256 downloadUrl } }', {
    id: answer.headers['tributary-file-id'],
  });
  const { bytes } = await files.send(stranger, 'GET', data.file.downloadUrl);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(data.file.sha256);
  return bytes;
}

test('the extension is announced with its algorithms', async () => {
  const { headers } = await files.send(editor, 'OPTIONS', '/files/tus', { headers: tusHeaders });
  expect(headers['tus-extension']?.split(',')).toContain('checksum');
  expect(headers['tus-checksum-algorithm']).toBe('sha1,sha256');
});

test.each([
  ['sha1', 100_000],
  ['sha256', 20_000_000],
])(
  'a piece with a right %s checksum counts, one with a wrong one is refused with 460 and not kept (%i bytes)',
  async (algorithm, size) => {
    const bytes = randomBytes(size);
    const half = Math.floor(size / 2) + 1;
    const [first, second] = [bytes.subarray(0, half), bytes.subarray(half)];
    const location = await begin(size);
    const kept = await patch(location, { offset: 0, body: first, checksum: checksum(algorithm, first) });
    expect(kept.status).toBe(204);
    const damaged = Buffer.from(second);
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1;
    const piece = { offset: half, checksum: checksum(algorithm, second) };
    const refused = await patch(location, { ...piece, body: damaged });
    expect(refused.status).toBe(460);
    expect(refused.json()).toMatchObject({ code: 'CONTENT_MISMATCH', advice: expect.any(String) });
    expect(await offsetOf(location)).toBe(half);
    const sent = await patch(location, { ...piece, body: second });
    expect(sent.status).toBe(204);
    expect((await served(sent)).equals(bytes)).toBe(true);
  },
);

test('a piece that is cut is not kept: nobody can say whether it is right; another process goes on all the same', async () => {
  const bytes = randomBytes(18_000_000);
  const location = await begin(bytes.length);
  const cut = Readable.from(
    (async function* () {
      yield bytes.subarray(0, 10_000_000);
      throw new Error('the connection was cut');
    })(),
  );
  const piece = { offset: 0, checksum: checksum('sha256', bytes) };
  expect((await patch(location, { ...piece, body: cut })).status).toBeGreaterThanOrEqual(400);
  expect(await offsetOf(location)).toBe(0);
  const sent = await patch(location, { ...piece, body: bytes }, files.build());
  expect(sent.status).toBe(204);
  expect((await served(sent)).equals(bytes)).toBe(true);
});

test.each(['md5 1B2M2Y8AsgTpgAmY7PhCfg==', 'sha1', 'sha256 AAAA', 'sha1 a b', ''])(
  'the checksum "%s" is refused before a byte is taken',
  async (header) => {
    const location = await begin(10);
    const refused = await patch(location, { offset: 0, body: randomBytes(10), checksum: header });
    expect(refused).toMatchObject({ status: 400 });
    expect(refused.json()).toMatchObject({ code: 'BAD_REQUEST' });
    expect(await offsetOf(location)).toBe(0);
  },
);
