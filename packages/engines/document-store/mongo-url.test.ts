import { once } from 'node:events';
import { createServer } from 'node:net';
import { BSON } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { openMongoDocumentStore } from './mongo.ts';

it('a database that MongoDB has no name for is refused by the setting', async () => {
  await expect(openMongoDocumentStore('mongodb://me:secret@127.0.0.1:1/a.b')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^DOCUMENT_STORE_URL names a database that cannot be one/),
  });
});

/** A member of the replica set `rs0` that says to whoever asks what one says while no primary is elected. */
async function startSecondary(): Promise<number> {
  const server = createServer((socket) => {
    let got = Buffer.alloc(0);
    socket
      .on('error', () => undefined)
      .on('data', (bytes) => {
        for (got = Buffer.concat([got, bytes]); got.length >= 4; ) {
          const length = got.readInt32LE(0);
          if (got.length < length) return;
          socket.write(answerTo(got.readInt32LE(4)));
          got = got.subarray(length);
        }
      });
    onTestFinished(() => void socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const me = `127.0.0.1:${port}`;
  const said = BSON.serialize({
    ...{ ok: 1, helloOk: true, isWritablePrimary: false, secondary: true, setName: 'rs0', hosts: [me], me },
    ...{ minWireVersion: 0, maxWireVersion: 21, maxBsonObjectSize: 16_777_216 },
    ...{ maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 1_000 },
  });
  /** OP_MSG: length, requestID, responseTo, opCode, flagBits, and a section of kind 0. */
  const answerTo = (request: number): Buffer => {
    const head = Buffer.alloc(21);
    [head.length + said.length, 1, request, 2_013].forEach(
      (word, at) => void head.writeInt32LE(word, at * 4),
    );
    return Buffer.concat([head, said]);
  };
  return port;
}

it.each(['', '&replicaSet=rs0'])(
  'a replica set without a primary, as while one is elected, is said so, and is not told to be another one (%s)',
  async (option) => {
    const url = `mongodb://127.0.0.1:${await startSecondary()}/shop?serverSelectionTimeoutMS=500${option}`;
    await expect(openMongoDocumentStore(url)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringMatching(/the replica set rs0 has no primary at the moment/),
    });
  },
);
