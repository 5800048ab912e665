import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { member, type RunningFiles, runFiles, stranger, uploaded } from './running-files.ts';

const editor = member('EDITOR');
const bytes = randomBytes(300_000);
let files: RunningFiles;
let id: string;
let url: string;

beforeAll(async () => {
  files = await runFiles();
  id = await uploaded(files, editor, { name: '東京 2001.bin', bytes });
  url = await link(id);
});
afterAll(() => files[Symbol.asyncDispose]());

async function link(fileId: string, args = ''): Promise<string> {
  const { data } = await files.ask(editor, `query ($id: ID!) { file(id: $id) { downloadUrl${args} } }`, {
    id: fileId,
  });
  return data.file.downloadUrl;
}

const fetched = (target: string, headers: Record<string, string> = {}, method = 'GET') =>
  files.send(stranger, method, target, { headers });

test('a link answers the bytes to whoever has it, as an attachment that is taken for nothing else', async () => {
  const answer = await fetched(url);
  expect(answer.status).toBe(200);
  expect(answer.bytes.equals(bytes)).toBe(true);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '300000',
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, no-cache',
  });
  expect(answer.headers['content-disposition']).toBe(
    `attachment; filename="?? 2001.bin"; filename*=UTF-8''%E6%9D%B1%E4%BA%AC%202001.bin`,
  );
});

describe('ranges', () => {
  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=100-199', 100, 200],
    ['bytes=299999-', 299_999, 300_000],
    ['bytes=-500', 299_500, 300_000],
    ['bytes=299990-400000', 299_990, 300_000],
    ['bytes=-400000', 0, 300_000],
    ['bytes=0-99999999999999999999', 0, 300_000],
    ['bytes=-99999999999999999999', 0, 300_000],
  ])('%s answers these bytes', async (range, from, to) => {
    const answer = await fetched(url, { range });
    expect(answer.status).toBe(206);
    expect(answer.headers['content-range']).toBe(`bytes ${from}-${to - 1}/300000`);
    expect(answer.bytes.equals(bytes.subarray(from, to))).toBe(true);
  });

  test.each(['bytes=300000-', 'bytes=-0', 'bytes=999999999999-', 'bytes=99999999999999999999-'])(
    '%s lies outside',
    async (range) => {
      const answer = await fetched(url, { range });
      expect([answer.status, answer.headers['content-range'], answer.bytes.byteLength]).toEqual([
        416,
        'bytes */300000',
        0,
      ]);
    },
  );

  test.each(['bytes=0-1,5-6', 'items=0-1', 'bytes=5-1', 'bytes=', 'bytes=a-b'])(
    '%s is none that is answered in part: the whole comes',
    async (range) => {
      const answer = await fetched(url, { range });
      expect([answer.status, answer.bytes.byteLength]).toEqual([200, 300_000]);
    },
  );

  test('If-Range decides whether a part still fits', async () => {
    const etag = (await fetched(url)).headers['etag'] ?? '';
    const ask = async (ifRange: string) =>
      (await fetched(url, { range: 'bytes=0-9', 'if-range': ifRange })).status;
    expect([await ask(etag), await ask('"other"'), await ask(`W/${etag}`)]).toEqual([206, 200, 200]);
  });
});

test('what a client has already is not sent again', async () => {
  const etag = (await fetched(url)).headers['etag'] ?? '';
  for (const names of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
    const answer = await fetched(url, { 'if-none-match': names });
    expect([answer.status, answer.bytes.byteLength, answer.headers['etag']]).toEqual([304, 0, etag]);
  }
  expect((await fetched(url, { 'if-none-match': '"x"' })).status).toBe(200);
});

test('what is to be of one version only is refused when it is another, before all else', async () => {
  const etag = (await fetched(url)).headers['etag'] ?? '';
  const status = async (ifMatch: string, more: Readonly<Record<string, string>> = {}) =>
    (await fetched(url, { 'if-match': ifMatch, ...more })).status;
  expect([await status(etag), await status(`"x", ${etag}`), await status('*')]).toEqual([200, 200, 200]);
  expect([await status(etag, { range: 'bytes=0-9' }), await status(etag, { 'if-none-match': etag })]).toEqual(
    [206, 304],
  );
  expect([await status('"x"'), await status(`W/${etag}`)]).toEqual([412, 412]);
  expect([
    await status('"x"', { range: 'bytes=0-9' }),
    await status('"x"', { 'if-none-match': etag }),
  ]).toEqual([412, 412]);
  expect((await fetched(url, { 'if-match': '"x"' })).json().code).toBe('PRECONDITION_FAILED');
});

test('HEAD answers the headers alone, and other methods are refused', async () => {
  const head = await fetched(url, {}, 'HEAD');
  expect([head.status, head.headers['content-length'], head.bytes.byteLength]).toEqual([200, '300000', 0]);
  for (const range of ['bytes=0-9', 'bytes=300000-']) {
    const whole = await fetched(url, { range }, 'HEAD');
    expect([whole.status, whole.headers['content-length']]).toEqual([200, '300000']);
  }
  const post = await fetched(url, {}, 'POST');
  expect([post.status, post.headers['allow'], post.json().code]).toEqual([
    405,
    'GET, HEAD',
    'METHOD_NOT_ALLOWED',
  ]);
});

describe('a link stops', () => {
  test('when its time is over', async () => {
    const short = await link(id, '(expiresInSeconds: 30)');
    expect((await fetched(short)).status).toBe(200);
    files.clock.advance(31_000);
    expect((await fetched(short)).json().code).toBe('NOT_FOUND');
    url = await link(id);
  });

  test('when it is revoked, at once', async () => {
    const { data } = await files.ask(
      editor,
      `mutation ($input: CreateDownloadLinkInput!) { createDownloadLink(input: $input) { id url versionNumber expiresAt } }`,
      { input: { fileId: id, expiresInSeconds: 3_600 } },
    );
    const made = data.createDownloadLink;
    expect((await fetched(made.url)).bytes.equals(bytes)).toBe(true);
    const listed = `query ($id: ID!) { downloadLinks(fileId: $id) { nodes { id } } }`;
    expect((await files.ask(editor, listed, { id })).data.downloadLinks.nodes).toEqual([{ id: made.id }]);
    const revoke = 'mutation ($id: ID!) { revokeDownloadLink(id: $id) { revokedAt url } }';
    const revoked = (await files.ask(editor, revoke, { id: made.id })).data.revokeDownloadLink;
    expect(revoked).toEqual({ revokedAt: expect.any(String), url: null });
    expect((await fetched(made.url)).status).toBe(404);
    expect((await files.ask(editor, revoke, { id: made.id })).data.revokeDownloadLink).toEqual(revoked);
    expect((await files.ask(editor, listed, { id })).data.downloadLinks.nodes).toEqual([]);
    expect((await files.ask(member('EDITOR'), revoke, { id: made.id })).code).toBe('NOT_FOUND');
  });

  test('when its URL is revoked, by itself: the others of the file go on, and the owner’s log says who did it', async () => {
    const revoke = (url: string, as = editor) =>
      files.ask(as, 'mutation ($url: String!) { revokeDownloadUrl(url: $url) { id fileId revokedAt url } }', {
        url,
      });
    const [mine, other] = [
      // Asked for in the same moment, for the same time.
      await link(id, '(expiresInSeconds: 60)'),
      await link(id, '(expiresInSeconds: 60)'),
    ];
    for (const stranger of [member('EDITOR'), member('OWNER')])
      expect((await revoke(mine, stranger)).code).toBe('NOT_FOUND');
    expect((await revoke(mine, member('VIEWER', editor.workspaceId))).code).toBe('FORBIDDEN');
    await files.takeEvents();
    const revoked = (await revoke(`http://localhost:4000${mine}`)).data.revokeDownloadUrl;
    expect(revoked).toMatchObject({ fileId: id, revokedAt: expect.any(String), url: null });
    expect((await fetched(mine)).status).toBe(404);
    expect((await fetched(other)).status).toBe(200);
    expect((await revoke(mine)).data.revokeDownloadUrl).toEqual(revoked);
    // The refusals above are told when they are: before this or now.
    const told = (await files.takeEvents()).filter(({ topic }) => topic !== 'identity.refusal');
    const [event, ...more] = told.map(({ event }) => event);
    expect(event).toMatchObject({ type: 'files.link.revoked', subject: `DownloadLink/${revoked.id}` });
    expect(more).toEqual([]);
    const lasting = (
      await files.ask(
        editor,
        'mutation ($id: ID!) { createDownloadLink(input: { fileId: $id }) { id url } }',
        { id },
      )
    ).data.createDownloadLink;
    expect((await revoke(lasting.url)).data.revokeDownloadUrl.id).toBe(lasting.id);
    expect((await fetched(lasting.url)).status).toBe(404);
    for (const never of ['', '/files/d/x.y', `${other}x`, 'https://elsewhere.test/'])
      expect((await revoke(never)).code, never).toBe('NOT_FOUND');
  });

  test('while its file lies in the trash', async () => {
    const other = await uploaded(files, editor, { name: 'b', bytes: 'b' });
    const path = await link(other);
    await files.ask(editor, 'mutation ($id: ID!) { trashFile(id: $id) { id } }', { id: other });
    expect((await fetched(path)).status).toBe(404);
    const trashed = await files.ask(
      editor,
      'query ($id: ID!) { file(id: $id) { downloadUrl preview { __typename } } }',
      {
        id: other,
      },
    );
    expect(trashed.data.file).toEqual({ downloadUrl: null, preview: null });
    await files.ask(editor, 'mutation ($id: ID!) { restoreFile(id: $id) { id } }', { id: other });
    expect((await fetched(path)).status).toBe(200);
  });

  test.each([
    ['with another signature', (path: string) => `${path.slice(0, -3)}abc`],
    ['without one', (path: string) => path.slice(0, path.indexOf('.'))],
    ['with other claims', (path: string) => path.replace('/files/d/ey', '/files/d/ez')],
    ['of an upload', () => '/files/d/eyJ1IjoiMSJ9.AAAA'],
  ])('%s: it never was one', async (_how, forge) => {
    expect((await fetched(forge(url))).status).toBe(404);
  });
});

test('a link shows the version it was made for, whatever came later', async () => {
  const notes = await uploaded(files, editor, { name: 'notes.txt', bytes: 'first' });
  const first = await link(notes);
  await uploaded(files, editor, { name: 'notes.txt', bytes: 'second' }, { fileId: notes });
  expect((await fetched(first)).bytes.toString()).toBe('first');
  expect((await fetched(await link(notes))).bytes.toString()).toBe('second');
});

test.each([
  ['page.html', '<!DOCTYPE html><script>alert(1)</script>', 'text/html', 'attachment'],
  [
    'picture.svg',
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    'image/svg+xml',
    'attachment',
  ],
  ['picture.xml', '<?xml version="1.0"?><svg onload="alert(1)"></svg>', 'image/svg+xml', 'attachment'],
  ['data.xml', '<?xml version="1.0"?><a/>', 'application/xml', 'attachment'],
  ['paper.pdf', '%PDF-1.7\n%âãÏÓ\n1 0 obj', 'application/pdf', 'attachment'],
  ['disguised.png', '<html><script>alert(1)</script></html>', 'text/html', 'attachment'],
  ['notes.txt', 'plain words', 'text/plain', 'inline'],
])('%s, asked for inline, is shown only where nothing runs', async (name, content, type, shown) => {
  const made = await uploaded(files, editor, { name, bytes: content, type: 'image/png' });
  const answer = await fetched(await link(made, '(inline: true)'));
  expect(answer.headers['content-type']?.split(';')[0]).toBe(type);
  expect(answer.headers['content-disposition']).toMatch(new RegExp(`^${shown}`));
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
});

test('where unscanned files are refused, nothing is served', async () => {
  await using strict = await runFiles({ settings: { unscanned: 'refuse' } });
  const made = await uploaded(strict, editor, { name: 'a.txt', bytes: 'a' });
  const { data } = await strict.ask(
    editor,
    'query ($id: ID!) { file(id: $id) { scan downloadUrl preview { __typename } } }',
    { id: made },
  );
  expect(data.file).toEqual({ scan: 'NOT_SCANNED', downloadUrl: null, preview: null });
  const create = 'mutation ($id: ID!) { createDownloadLink(input: { fileId: $id }) { url } }';
  const { url: path } = (await strict.ask(editor, create, { id: made })).data.createDownloadLink;
  const answer = await strict.send(stranger, 'GET', path);
  expect([answer.status, answer.json().code]).toEqual([409, 'FILE_NOT_SERVED']);
});
