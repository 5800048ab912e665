import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { assertionHeader, type Principal, type StreamDoorResponse } from '@tributary/subgraph-kit';
import { doorRequest } from '@tributary/test-kit';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { downloadTurns, variantTurns } from '../src/core.ts';
import { member, type RunningFiles, runFiles, stranger, uploaded } from './running-files.ts';
import { storeWith } from './store-with.ts';

const bytes = Buffer.alloc(1_000_000, 'x');

async function linkTo(files: RunningFiles, who: Principal): Promise<string> {
  const id = await uploaded(files, who, { name: 'a.bin', bytes });
  const { data } = await files.ask(who, 'query ($id: ID!) { file(id: $id) { downloadUrl } }', { id });
  return data.file.downloadUrl;
}

/** An answer of which nobody has read anything yet. */
async function unread(files: RunningFiles, path: string): Promise<StreamDoorResponse> {
  const { [assertionHeader]: assertion } = await files.headersOf(stranger);
  const { streamDoor } = files.files;
  if (streamDoor === undefined) throw new TypeError('no door');
  return streamDoor.handle(doorRequest({ path, assertion }));
}

function leave({ body }: StreamDoorResponse): void {
  (body as Readable).destroy();
}

test('those who read slowly take so many places and no more, of each workspace fewer, and give them back', async () => {
  await using files = await runFiles();
  const [link, other] = [await linkTo(files, member('EDITOR')), await linkTo(files, member('EDITOR'))];
  const slow = [];
  for (let count = 0; count < downloadTurns.each; count += 1) slow.push(await unread(files, link));
  expect(new Set(slow.map(({ status }) => status))).toEqual(new Set([200]));
  const refused = await files.send(stranger, 'GET', link);
  expect([refused.status, refused.json()]).toEqual([
    503,
    expect.objectContaining({ code: 'OVERLOADED', detail: expect.stringContaining('Too many downloads') }),
  ]);
  const read = await files.send(stranger, 'GET', other);
  expect(read.bytes.equals(bytes)).toBe(true);
  const [first, second, ...rest] = slow;
  if (first === undefined || second === undefined) throw new TypeError('nothing was read');
  leave(first);
  expect(await buffer(second.body as Readable)).toHaveLength(bytes.length);
  for (const again of [await unread(files, link), await unread(files, link), ...rest]) {
    expect(again.status).toBe(200);
    leave(again);
  }
});

/** A link to a small picture of a large one. */
async function linkToVariant(files: RunningFiles, who: Principal): Promise<string> {
  const picture = sharp({ create: { width: 300, height: 200, channels: 3, background: 'teal' } });
  const id = await uploaded(files, who, { name: 'a.png', bytes: await picture.png().toBuffer() });
  const query = 'query ($id: ID!) { file(id: $id) { variant(input: { width: 64 }) { url } } }';
  return (await files.ask(who, query, { id })).data.file.variant.url;
}

test('pictures that are kept are read at the pace of whoever fetches them, as files are', async () => {
  const reading = new Set<AbortSignal | undefined>();
  const watched = storeWith((real) => ({
    get: (request) => {
      if (request.key.includes('/variant/')) reading.add(request.signal);
      return real.get(request);
    },
  }));
  await using files = await runFiles({ objects: watched });
  const link = await linkToVariant(files, member('EDITOR'));
  const made = await files.send(stranger, 'GET', link);
  const slow = [];
  for (let count = 0; count < downloadTurns.each; count += 1) slow.push(await unread(files, link));
  expect(slow.map(({ body }) => body instanceof Readable)).not.toContain(false);
  expect(reading).not.toContain(undefined);
  const refused = await files.send(stranger, 'GET', link);
  expect([refused.status, refused.json().code]).toEqual([503, 'OVERLOADED']);
  const head = await files.send(stranger, 'HEAD', link);
  expect([head.status, head.headers['content-length']]).toEqual([200, String(made.bytes.byteLength)]);
  const [first, ...rest] = slow;
  expect((await buffer(first?.body as Readable)).equals(made.bytes)).toBe(true);
  for (const answer of rest) leave(answer);
});

test('pictures that are not kept are held in memory for few at a time, and of each workspace for fewer', async () => {
  await using files = await runFiles();
  const [owner, other] = [member('EDITOR'), member('EDITOR')];
  const [link, others] = [await linkToVariant(files, owner), await linkToVariant(files, other)];
  await files.relational.query('UPDATE files.usage SET quota_bytes = 1');
  const slow = [];
  for (let count = 0; count < variantTurns.each; count += 1) slow.push(await unread(files, link));
  expect(slow.map(({ body }) => body instanceof Readable)).not.toContain(false);
  let isServed = false;
  const waiting = unread(files, link).finally(() => {
    isServed = true;
  });
  const { bytes } = await files.send(stranger, 'GET', others);
  expect((await sharp(bytes).metadata()).width).toBe(64);
  expect((await files.send(stranger, 'HEAD', others)).headers['content-length']).toBe(
    String(bytes.byteLength),
  );
  expect(isServed).toBe(false);
  const [first, ...rest] = slow;
  expect((await buffer(first?.body as Readable)).byteLength).toBe(bytes.byteLength);
  for (const answer of [await waiting, ...rest]) leave(answer);
});
