import { Readable } from 'node:stream';
import type { Principal } from '@tributary/subgraph-kit';
import { expect, test } from 'vitest';
import { form, member, type Received, type RunningFiles, runFiles, uploaded } from './running-files.ts';

/** A form whose file has begun, and of which nothing more comes. */
function standing(files: RunningFiles, as: Principal): { answer: Promise<Received>; end: () => void } {
  const { headers = {}, body } = form([{ name: 'slow.bin', bytes: 'begun' }]);
  const at = Buffer.from(body).indexOf('begun') + 2;
  const stream = new Readable({ read: () => undefined });
  stream.push(Buffer.from(body.subarray(0, at)));
  const end = (): void => {
    stream.push(Buffer.from(body.subarray(at)));
    stream.push(null);
  };
  return { answer: files.send(as, 'POST', '/files/form', { headers, body: stream }), end };
}

test('uploads that bring next to nothing give their places to those who wait', async () => {
  await using files = await runFiles({ pace: { windowMs: 50, leastBytes: 1_600 } });
  const owners = [member('EDITOR'), member('EDITOR')];
  for (const owner of owners) await files.enters(owner);
  // Two more each than a workspace has places: they wait, and nobody ends until one is cut.
  const slow = owners.flatMap((owner) => Array.from({ length: 10 }, () => standing(files, owner)));
  expect((await Promise.race(slow.map(({ answer }) => answer))).status).toBe(503);
  const editor = member('EDITOR');
  expect(await uploaded(files, editor, { name: 'a.txt', bytes: 'hello' })).toEqual(expect.any(String));
  for (const { end } of slow) end();
  const answers = await Promise.all(slow.map(({ answer }) => answer));
  const cut = answers.filter(({ status }) => status !== 201);
  expect(cut.length).toBeGreaterThan(0);
  for (const answer of cut) {
    expect([answer.status, answer.json()]).toEqual([503, expect.objectContaining({ code: 'OVERLOADED' })]);
    expect(answer.json().detail).toContain('less than 32 KB a second');
  }
});

test('a slow upload that nobody waits behind is not hurried', async () => {
  await using files = await runFiles({ pace: { windowMs: 5, leastBytes: 1_000_000 } });
  const owner = member('EDITOR');
  const slow = standing(files, owner);
  for (let other = 0; other < 5; other += 1)
    await uploaded(files, member('EDITOR'), { name: `${other}.txt`, bytes: 'hello' });
  slow.end();
  expect((await slow.answer).status).toBe(201);
});
