import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { clamdBehaviour, clamdPath, openClamd, openDouble, scannerAt, startDaemon } from './clamd.fixture.ts';
import { contentOf, describeFileScanner } from './conformance.ts';

describeFileScanner('a daemon that speaks clamd\u2019s protocol', openDouble);

const installed = clamdPath();
describe.skipIf(installed === undefined)('where clamd is installed (needs clamd)', () => {
  describeFileScanner('the real clamd', () => openClamd(installed ?? 'none'));
});

const bytes = randomBytes(300_000);
const request = { sizeBytes: bytes.byteLength, content: contentOf(bytes) };

test('a daemon with a lower limit than it was said to have leaves bytes unscanned instead of clean', async () => {
  await using daemon = await startDaemon(clamdBehaviour(50_000));
  const scanner = await scannerAt(daemon.url);
  const content = contentOf(bytes, 20_000);
  const verdict = await scanner.scan({ sizeBytes: bytes.byteLength, content });
  expect(verdict).toEqual({ state: 'NOT_SCANNED', reason: 'TOO_LARGE' });
});

test('a daemon that is away, or says nothing or nonsense, gives no verdict', async () => {
  const gone = await startDaemon(() => undefined);
  await gone[Symbol.asyncDispose]();
  const away = await scannerAt(gone.url);
  const refusal = { code: 'ENGINE_UNAVAILABLE', retryable: true };
  await expect(away.ping()).rejects.toMatchObject(refusal);
  await expect(away.scan(request)).rejects.toMatchObject(refusal);
  const replies = ['', 'stream: OK', 'OK\0', 'stream: \0', 'stream: FOUND\0', 'stream: a\nb FOUND\0'];
  for (const reply of [...replies, 'UNKNOWN COMMAND\0', 'stream: OK FOUNDx\0', 'x'.repeat(10_000)]) {
    await using daemon = await startDaemon((socket) => void socket.resume().end(reply));
    const scanner = await scannerAt(daemon.url);
    await expect(scanner.scan(request)).rejects.toMatchObject(refusal);
  }
});

test('a daemon that hangs is given up when its time is over, while it takes bytes and while it judges', async () => {
  const silent = [(socket: Socket) => void socket.pause(), (socket: Socket) => void socket.resume()];
  for (const behaviour of silent) {
    await using daemon = await startDaemon(behaviour);
    const scanner = await scannerAt(daemon.url, 150);
    const large = randomBytes(9_000_000);
    const scan = scanner.scan({ sizeBytes: large.byteLength, content: contentOf(large) });
    await expect(scan).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED', retryable: true });
  }
});

test('bytes that broke off are not ended as if they were whole', async () => {
  const received: Buffer[] = [];
  let closed: Promise<unknown> = Promise.resolve();
  await using daemon = await startDaemon((socket) => {
    closed = once(socket, 'close');
    socket.on('data', (chunk: Buffer) => received.push(chunk));
  });
  const scanner = await scannerAt(daemon.url);
  const content = async () =>
    (async function* () {
      yield Buffer.from('abc');
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('the object is gone');
    })();
  await expect(scanner.scan({ sizeBytes: 10, content })).rejects.toThrow('the object is gone');
  await closed;
  expect(Buffer.concat(received).toString('latin1')).toBe('zINSTREAM\0\0\0\0\x03abc');
});
