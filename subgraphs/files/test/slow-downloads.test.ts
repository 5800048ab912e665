import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { assertionHeader, type Principal, type StreamDoorResponse } from '@tributary/subgraph-kit';
import { expect, test } from 'vitest';
import { downloadTurns } from '../src/core.ts';
import { member, type RunningFiles, runFiles, stranger, uploaded } from './running-files.ts';

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
  return streamDoor.handle({
    ...{ method: 'GET', path, query: '', headers: {}, body: Readable.from([]), assertion },
    ...{ requestId: 'test', signal: new AbortController().signal },
  });
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
