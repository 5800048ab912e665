import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inWholeAnswers, WholeAnswers } from './whole-answers.ts';

function answer(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

test('however answers are cut up, whole ones are handed on in their order, and what has begun only is not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ minLength: 4, maxLength: 40 }), { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
      fc.nat(),
      (contents, steps, cut) => {
        const all = contents.map(answer);
        const sent = Buffer.concat(all);
        const until = sent.length === 0 ? 0 : cut % (sent.length + 1);
        const answers = new WholeAnswers();
        const got: Buffer[] = [];
        for (let at = 0, step = 0; at < until; step += 1) {
          const to = Math.min(until, at + (steps[step % steps.length] ?? 1));
          const whole = answers.take(sent.subarray(at, to));
          if (whole !== undefined) got.push(whole);
          at = to;
        }
        let [wholeBytes, end] = [0, 0];
        for (const each of all) {
          end += each.length;
          if (end <= until) wholeBytes = end;
        }
        expect(Buffer.concat(got)).toEqual(sent.subarray(0, wholeBytes));
      },
    ),
  );
});

test('a socket that is cut within an answer has handed on those before, and one that brings no answers is closed', async () => {
  const whole = answer(Buffer.from('first'));
  const sent = [Buffer.concat([whole, answer(Buffer.from('second')).subarray(0, 7)]), Buffer.alloc(8)];
  const server = createServer((socket) => socket.end(sent.shift() ?? Buffer.alloc(0))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    for (const [got, error] of [
      [[whole], undefined],
      [[], expect.any(RangeError)],
    ]) {
      const socket = inWholeAnswers(connect({ host: '127.0.0.1', port }));
      const [chunks, errors]: [Buffer[], unknown[]] = [[], []];
      socket.on('data', (chunk) => chunks.push(chunk)).on('error', (fault) => errors.push(fault));
      await new Promise((resolve) => socket.on('close', resolve));
      expect([chunks, errors[0]]).toEqual([got, error]);
    }
  } finally {
    server.close();
  }
});
