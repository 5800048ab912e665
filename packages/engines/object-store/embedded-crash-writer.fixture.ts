import { createHash, randomBytes } from 'node:crypto';
import { newId, systemClock } from '@tributary/runtime';
import { openObjectStore } from './open.ts';
import { createPresignedTokens } from './presigned-tokens.ts';

/**
 * A process that writes objects until it is killed, and says the key of each once it is acknowledged. The keys hold the hashes of what
 * was written, so that whatever is found can be checked.
 */
const [folder = ''] = process.argv.slice(-1);
const tokens = createPresignedTokens({ secret: randomBytes(32), path: '/objects', clock: systemClock });
const store = await openObjectStore(`file://${folder}`, { dataDir: '', tokens, clock: systemClock });
const partBytes = 5 * 1_048_576;
const contentType = 'application/octet-stream';

function keyOf(bytes: Uint8Array): string {
  return `crash/${createHash('sha256').update(bytes).digest('hex')}/${newId()}`;
}

async function putOnce(): Promise<string> {
  const body = randomBytes(Math.floor(Math.random() * 400_000));
  const key = keyOf(body);
  await store.put({ key, body, contentType, onlyIf: 'absent' });
  return key;
}

async function overwriteAndDelete(): Promise<string> {
  const body = randomBytes(10_000);
  const key = keyOf(body);
  await store.put({ key, body, contentType });
  const { versionId } = await store.put({ key, body, contentType });
  await store.delete(key, versionId);
  return key;
}

async function putInParts(): Promise<string> {
  const bytes = randomBytes(partBytes + 1_000);
  const key = keyOf(bytes);
  const upload = await store.beginUpload({ key, contentType, partBytes });
  const parts = [bytes.subarray(0, partBytes), bytes.subarray(partBytes)].map((body, index) =>
    store.putPart({ upload, number: index + 1, last: index === 1, body, sizeBytes: body.byteLength }),
  );
  await store.completeUpload({ upload, parts: await Promise.all(parts) });
  return key;
}

process.stdout.write('ready\n');
const kinds = [putOnce, overwriteAndDelete, putInParts, putOnce];
await Promise.all(
  kinds.map(async (write) => {
    for (;;) process.stdout.write(`${await write()}\n`);
  }),
);
