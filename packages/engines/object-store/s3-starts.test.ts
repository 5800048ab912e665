import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLogger, systemClock } from '@tributary/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { openObjectStore } from './open.ts';

interface Answer {
  readonly status: number;
  readonly code: string;
}

interface StoreOptions {
  /** Where the user may write. */
  readonly writable?: string;
  readonly versioning?: Answer;
  readonly listing?: Answer;
  /** Of versions that are to be deleted. */
  readonly deleting?: string;
}

const bucket = '/files/';

/** Says what S3 says of a bucket on which not all is allowed, and keeps what versions it has. */
async function startStore({ writable = '', versioning, listing, deleting }: StoreOptions) {
  const kept: string[] = [];
  const server = createServer((asked, answer) => {
    const { method, url = '' } = asked;
    const refuse = ({ status, code }: Answer): void =>
      void answer.writeHead(status).end(`<Error><Code>${code}</Code></Error>`);
    answer.setHeader('content-type', 'application/xml');
    if (url.includes('versioning')) {
      if (versioning !== undefined) return refuse(versioning);
      const status = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
      return void answer.end(status);
    }
    if (method === 'PUT') {
      const key = new URL(url, 'http://x').pathname.slice(bucket.length);
      if (!key.startsWith(writable)) return refuse({ status: 403, code: 'AccessDenied' });
      kept.push(key);
      asked.resume();
      return void answer.setHeader('etag', '"e"').end();
    }
    if (method === 'GET') {
      if (listing !== undefined) return refuse(listing);
      const versions = kept.map(
        (Key, at) => `<Version><Key>${Key}</Key><VersionId>${at}</VersionId></Version>`,
      );
      return void answer.end(`<ListVersionsResult>${versions.join('')}</ListVersionsResult>`);
    }
    void text(asked).then((wanted) => {
      if (deleting !== undefined)
        return void answer.end(`<DeleteResult><Error><Code>${deleting}</Code></Error></DeleteResult>`);
      for (const [, key = ''] of wanted.matchAll(/<Key>([^<]+)</g)) kept.splice(kept.indexOf(key), 1);
      answer.end('<DeleteResult></DeleteResult>');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const lines: string[] = [];
  const open = () =>
    openObjectStore(`s3://key:secret@127.0.0.1:${port}/files?tls=off&pathStyle=on&region=eu-west-1`, {
      dataDir: '',
      tokens: {} as never,
      clock: systemClock,
      log: createLogger({
        name: 'test',
        level: 'warn',
        destination: { write: (line: string) => void lines.push(line) },
      }),
    });
  return { open, kept, lines };
}

test('a start writes where whoever may upload may write, and leaves nothing', async () => {
  const { open, kept, lines } = await startStore({ writable: '.tributary/uploads/' });
  await using _store = await open();
  expect([kept, lines]).toEqual([[], []]);
});

test('a user who may write nowhere is told at the start', async () => {
  const { open } = await startStore({ writable: 'elsewhere/' });
  await expect(open()).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(/^OBJECT_STORE_URL names .*the keys may not do there what is needed/),
  });
});

test.each<StoreOptions>([
  { deleting: 'AccessDenied' },
  { deleting: 'InvalidRequest' },
  { listing: { status: 403, code: 'AccessDenied' } },
])(
  'a bucket that lets nothing be removed, as one whose objects are locked, is used, and the log says it (%o)',
  async (options) => {
    const { open, lines } = await startStore(options);
    await using _store = await open();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /names a bucket from which nothing can be removed: files at .*(AccessDenied|InvalidRequest)/,
    );
  },
);

test('what a kill left between the writing and the removal is removed by the next start', async () => {
  const { open, kept } = await startStore({});
  kept.push('.tributary/uploads/start', '.tributary/uploads/start');
  await using _store = await open();
  expect(kept).toEqual([]);
});

test.each([
  [400, 'AuthorizationHeaderMalformed', /: it is of another region than eu-west-1; correct region\.$/],
  [301, 'PermanentRedirect', /: it is of another region than eu-west-1; correct region\.$/],
  [400, 'ExpiredToken', /: it refuses the keys; correct them\.$/],
  [501, 'NotImplemented', /: it does not answer as a store does \(NotImplemented\)/],
])(
  'what is refused before anything is written is no matter of encryption (%i %s)',
  async (status, code, sentence) => {
    const { open } = await startStore({ versioning: { status, code } });
    await expect(open()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(sentence),
    });
  },
);
