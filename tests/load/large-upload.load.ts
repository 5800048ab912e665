import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { startProduct } from '@tributary/test-kit';
import { request } from 'undici';
import { newWorkspace } from '../security/newcomers.ts';
import { cpuSeconds, watchMemory } from './process-figures.ts';
import { report } from './report.ts';

/**
 * One upload of so many GiB (`npm run bench -- large-upload 5`) by tus, in pieces of 64 MiB. Its connection is cut twice in the middle of a piece, and it goes on
 * where the server says. Afterwards the file is downloaded and compared by its SHA-256, as the server tells it and as the bytes have it.
 */
const sizeBytes = Number(process.argv[3] ?? 5) * 1024 ** 3;
const pieceBytes = 64 * 1024 ** 2;
const cuts = 2;
/** Sent again and again, with its place in front, so that no two chunks are alike. */
const chunk = randomBytes(64 * 1024);

function chunkAt(at: number): Buffer {
  const own = Buffer.from(chunk);
  own.writeDoubleBE(at);
  return own;
}

/** The bytes of the file from one place to another, in its own chunks. */
function* bytesOf(from: number, to: number): Generator<Buffer> {
  for (let at = from; at < to; ) {
    const start = at - (at % chunk.byteLength);
    const piece = chunkAt(start).subarray(at - start, to - start);
    yield piece;
    at += piece.byteLength;
  }
}

await using product = await startProduct({ form: 'one', env: { DEMO: 'off' } });
const { owner } = await newWorkspace(product.url);
const tus = { authorization: owner.ask.authorization ?? '', 'tus-resumable': '1.0.0' };
const filename = Buffer.from('large.bin').toString('base64');
const begun = await request(`${product.url}/files/tus`, {
  method: 'POST',
  headers: { ...tus, 'upload-length': String(sizeBytes), 'upload-metadata': `filename ${filename}` },
});
await begun.body.dump();
const location = new URL(String(begun.headers['location']), product.url);

/** Sends one piece; `cutAfter` bytes of it the connection is gone. Answers the id of the file the last piece makes. */
async function send(offset: number, cutAfter?: number): Promise<string> {
  const end = Math.min(offset + pieceBytes, sizeBytes);
  const cut = new AbortController();
  const body = Readable.from(
    (async function* () {
      let sent = 0;
      for (const bytes of bytesOf(offset, end)) {
        sent += bytes.byteLength;
        yield bytes;
        if (cutAfter === undefined || sent < cutAfter) continue;
        await delay(100);
        cut.abort();
      }
    })(),
    { objectMode: false },
  );
  const {
    statusCode,
    headers,
    body: answer,
  } = await request(location, {
    method: 'PATCH',
    headers: {
      ...tus,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
      'content-length': String(end - offset),
    },
    body,
    signal: cut.signal,
  });
  await answer.dump();
  if (statusCode !== 204) throw new Error(`a piece was answered ${statusCode}`);
  return String(headers['tributary-file-id'] ?? '');
}

async function acknowledged(): Promise<number> {
  const { headers, body } = await request(location, { method: 'HEAD', headers: tus });
  await body.dump();
  return Number(headers['upload-offset']);
}

using memory = watchMemory(product.pid);
const cpuBefore = cpuSeconds(product.pid);
const startMs = performance.now();
let fileId = '';
let cutsLeft = cuts;
for (let offset = 0; offset < sizeBytes; ) {
  const isCut = cutsLeft > 0 && offset >= (sizeBytes * (cuts - cutsLeft + 1)) / (cuts + 1);
  if (isCut) {
    cutsLeft -= 1;
    await send(offset, pieceBytes / 3).then(
      () => Promise.reject(new Error('the piece was not cut')),
      (error: unknown) => {
        if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
      },
    );
  } else fileId = await send(offset);
  offset = isCut ? await acknowledged() : Math.min(offset + pieceBytes, sizeBytes);
}
const seconds = (performance.now() - startMs) / 1_000;
const uploadCpuSeconds = cpuSeconds(product.pid) - cpuBefore;

const { data } = await owner.ask<{ file: { sha256: string; sizeBytes: number; downloadUrl: string } }>(
  'query ($id: ID!) { file(id: $id) { sha256 sizeBytes downloadUrl } }',
  { id: fileId },
);
const sent = createHash('sha256');
for (const bytes of bytesOf(0, sizeBytes)) sent.update(bytes);
const served = createHash('sha256');
const download = await request(new URL(data.file.downloadUrl, product.url));
for await (const bytes of download.body) served.update(bytes as Buffer);
const [sentHash, servedHash] = [sent.digest('hex'), served.digest('hex')];
if (data.file.sha256 !== sentHash || servedHash !== sentHash)
  throw new Error(`sent ${sentHash}, told ${data.file.sha256}, served ${servedHash}`);
await owner.ask('mutation ($id: ID!) { trashFile(id: $id) { id } }', { id: fileId });
await owner.ask('mutation ($id: ID!) { deleteFile(id: $id) { id } }', { id: fileId });
await report('large-upload', {
  tributary: {
    gigabytes: sizeBytes / 1e9,
    cuts,
    seconds,
    megabytesPerSecond: sizeBytes / 1e6 / seconds,
    rssGrowthMB: memory.grownBytes() / 1e6,
    cpuSecondsPerGB: uploadCpuSeconds / (sizeBytes / 1e9),
  },
});
