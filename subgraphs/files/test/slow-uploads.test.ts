import { Readable } from 'node:stream';
import type { Principal } from '@tributary/subgraph-kit';
import { eventually } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { form, member, type Received, type RunningFiles, runFiles, uploaded } from './running-files.ts';

/** Bytes of which so many come, and no end. */
function standingAt(bytes: Uint8Array, at: number): Readable {
  const stream = new Readable({ read: () => undefined });
  stream.push(Buffer.from(bytes.subarray(0, at)));
  return stream;
}

/** A form whose file has begun, and of which nothing more comes. */
function standing(files: RunningFiles, as: Principal): { answer: Promise<Received>; end: () => void } {
  const { headers = {}, body } = form([{ name: 'slow.bin', bytes: 'begun' }]);
  const at = Buffer.from(body).indexOf('begun') + 2;
  const stream = standingAt(body, at);
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

/** Takes all the places of one workspace, and answers what lets go of them. */
async function taken(files: RunningFiles, owner: Principal) {
  await files.enters(owner);
  const holding = Array.from({ length: 8 }, () => standing(files, owner));
  await eventually(async () => expect(await begun(files)).toBe(8));
  return async () => {
    for (const { end } of holding) end();
    return (await Promise.all(holding.map(({ answer }) => answer))).map(({ status }) => status);
  };
}

/** Uploads that are neither whole nor thrown away. */
async function begun(files: RunningFiles): Promise<number> {
  return (await files.relational.query(`SELECT FROM files.upload WHERE state <> 'COMPLETED'`)).rows.length;
}

test.each([
  ['whole', (body: Uint8Array) => body],
  ['begun', (body: Uint8Array) => standingAt(body, body.byteLength - 10)],
])(
  'a client that leaves while its form waits for a place, %s, leaves the line, and nothing of it stays',
  async (_what, came) => {
    await using files = await runFiles();
    const owner = member('EDITOR');
    const letGo = await taken(files, owner);
    const leaving = new AbortController();
    const { headers = {}, body } = form([
      { name: 'a.txt', bytes: 'a' },
      { name: 'b.txt', bytes: 'b' },
    ]);
    const answer = files.send(owner, 'POST', '/files/form', {
      headers,
      body: came(body),
      signal: leaving.signal,
    });
    await eventually(async () => expect(await begun(files)).toBe(9));
    leaving.abort();
    expect((await answer).status).toBeGreaterThanOrEqual(400);
    expect(await begun(files)).toBe(8);
    expect(await letGo()).toEqual(Array(8).fill(201));
    const { data } = await files.ask(owner, '{ files(first: 100) { nodes { name } } }');
    expect(data.files.nodes.map(({ name }: { name: string }) => name)).toEqual(Array(8).fill('slow.bin'));
  },
);

test('a client that leaves while its resumable piece waits for a place leaves the line, and its lease', async () => {
  await using files = await runFiles();
  const owner = member('EDITOR');
  const letGo = await taken(files, owner);
  const tus = { 'tus-resumable': '1.0.0' };
  const { headers } = await files.send(owner, 'POST', '/files/tus', {
    headers: { ...tus, 'upload-length': '5', 'upload-metadata': `filename ${btoa('a.txt')}` },
  });
  const location = headers['location'] ?? '';
  const piece = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  const leaving = new AbortController();
  const answer = files
    .send(owner, 'PATCH', location, {
      headers: piece,
      body: Buffer.from('hello'),
      signal: leaving.signal,
    })
    .then(({ status }) => status);
  const leased = async (): Promise<number> => {
    const { rows } = await files.relational.query('SELECT FROM files.upload WHERE lease_token IS NOT NULL');
    return rows.length;
  };
  await eventually(async () => expect(await leased()).toBe(1));
  leaving.abort();
  expect(await answer).toBeGreaterThanOrEqual(400);
  expect(await leased()).toBe(0);
  await letGo();
  const again = await files.send(owner, 'PATCH', location, { headers: piece, body: Buffer.from('hello') });
  expect(again.status).toBe(204);
});
