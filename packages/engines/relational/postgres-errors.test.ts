import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createLogger } from '@tributary/runtime';
import { expect, onTestFinished, test } from 'vitest';
import { openRelational } from './open.ts';
import { codedSqlError } from './postgres-errors.ts';
import { unreachable } from './unreachable.ts';

const log = createLogger({ name: 'test', level: 'silent' });

test('a DNS that fails for a moment is a database that is away, and at the start a sentence with its place', () => {
  // As Node says it while no resolver answers.
  const failed = Object.assign(new Error('getaddrinfo EAI_AGAIN db.shop'), {
    code: 'EAI_AGAIN',
    syscall: 'getaddrinfo',
  });
  const coded = codedSqlError(failed);
  expect(coded).toMatchObject({ code: 'ENGINE_UNAVAILABLE', cause: failed });
  expect(unreachable('postgres://me:secret@db.shop/shop', coded)).toMatchObject({
    message:
      'DATABASE_URL names a database at db.shop:5432 that cannot be used: there is no such host; correct it.',
  });
});

test('a wrong call of Node’s own is a fault of ours', () => {
  const wrong = Object.assign(new TypeError('no'), { code: 'ERR_INVALID_ARG_TYPE' });
  expect(codedSqlError(wrong)).toBe(wrong);
});

test('what answers neither yes nor no to TLS is told as such', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.1 400 Bad Request'));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const opening = openRelational(`postgres://me:secret@127.0.0.1:${port}/shop?sslmode=verify-full`, {
    dataDir: '',
    log,
  });
  await expect(opening).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: expect.stringMatching(/^DATABASE_URL names a database at .* neither yes nor no .* TLS/),
  });
});
