import { PassThrough, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '@tributary/runtime';
import { expect, test } from 'vitest';
import { HeardBody } from './s3-heard-body.ts';

const away = new CodedError('ENGINE_UNAVAILABLE', 'The object store does not answer.');

function hearing(limitMs: number): { source: PassThrough; body: Readable } {
  const source = new PassThrough();
  return { source, body: new HeardBody(source, { limitMs, silent: () => away }) };
}

async function textOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

test.concurrent('a store that stops midway ends the read, and its connection', async () => {
  const { source, body } = hearing(200);
  source.write('half of it');
  await expect(textOf(body)).rejects.toBe(away);
  expect(source.destroyed).toBe(true);
});

test.concurrent('a store that goes on now and then is read to the end, however long that takes', async () => {
  const { source, body } = hearing(3_000);
  const read = textOf(body);
  for (const piece of ['s', 'l', 'o', 'w']) {
    await delay(1_000);
    source.write(piece);
  }
  source.end();
  expect(await read).toBe('slow');
});

test.concurrent('a reader who rests longer than the store may is not taken for a silent store', async () => {
  const pieces = Array.from({ length: 100 }, () => Buffer.alloc(10_000, 'x'));
  const source = Readable.from(pieces, { objectMode: false });
  const body = new HeardBody(source, { limitMs: 200, silent: () => away });
  const reading = body[Symbol.asyncIterator]();
  let lengthBytes = ((await reading.next()).value as Buffer).length;
  await delay(600);
  for (let next = await reading.next(); next.done !== true; next = await reading.next())
    lengthBytes += (next.value as Buffer).length;
  expect(lengthBytes).toBe(1_000_000);
});

test.concurrent('a connection that breaks is told as one that is worth trying again', async () => {
  const { source, body } = hearing(60_000);
  const read = expect(textOf(body)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true });
  source.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
  await read;
  const quiet = hearing(60_000);
  const ended = expect(textOf(quiet.body)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  quiet.source.destroy();
  await ended;
});

test.concurrent('a reader who goes away ends the connection', async () => {
  const { source, body } = hearing(60_000);
  body.destroy();
  expect(source.destroyed).toBe(true);
});
