import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@tributary/runtime';
import { assertionHeader, createAssertionMinter } from '@tributary/subgraph-kit';
import { eventually, freshDatabase, typescriptProgram } from '@tributary/test-kit';
import { exportJWK, generateKeyPair } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { member, stranger } from './running-files.ts';

const program = typescriptProgram(fileURLToPath(new URL('../src/main.ts', import.meta.url)));
const kills = 3;

/** The files process as the split form starts it, until it is killed. */
async function startProcess(env: Readonly<Record<string, string>>) {
  const child: ChildProcess = spawn(process.execPath, program, {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout ?? Readable.from([]) });
  let url = '';
  lines.on('line', (line) => {
    url ||= /"url":"(http:[^"]+)"/.exec(line)?.[1] ?? '';
  });
  await eventually(() => expect(url).not.toBe(''), { timeoutMs: 60_000 });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  return { url, kill };
}

test('an upload whose process is killed again and again loses nothing it acknowledged, and ends as what was sent', async () => {
  await using relational = await freshDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-killed-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), systemClock);
  const env = {
    DATABASE_URL: relational.url,
    OBJECT_STORE_URL: `file://${dataDir}/objects`,
    KEY_PROVIDER_URL: `file://${dataDir}/keys`,
    FILE_SCANNER_URL: 'none:',
    ASSERTION_PUBLIC_KEY: JSON.stringify(await exportJWK(pair.publicKey)),
    FILES_SECRET: randomBytes(32).toString('base64'),
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'info',
    NODE_ENV: 'development',
  };
  const editor = member('EDITOR');
  const tus = async () => ({ [assertionHeader]: await minter.mint(editor), 'tus-resumable': '1.0.0' });
  const bytes = randomBytes(40_000_000);
  let path = '';
  let acknowledged = 0;

  const offsetAt = async (url: string): Promise<number> => {
    const { status, headers } = await fetch(url + path, { method: 'HEAD', headers: await tus() });
    expect(status).toBe(200);
    return Number(headers.get('upload-offset'));
  };
  const patch = async (url: string, offset: number, chunks: AsyncIterable<Uint8Array>): Promise<Response> => {
    const body = Readable.toWeb(Readable.from(chunks, { objectMode: false }));
    const headers = { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' };
    const init = { method: 'PATCH', headers: { ...(await tus()), ...headers }, body, duplex: 'half' };
    return await fetch(url + path, init as RequestInit);
  };

  for (let round = 0; ; round += 1) {
    const running = await startProcess(env);
    if (round === 0) {
      const headers = {
        ...(await tus()),
        'upload-length': String(bytes.length),
        'upload-metadata': `filename ${Buffer.from('a.bin').toString('base64')}`,
      };
      path =
        (await fetch(`${running.url}/files/tus`, { method: 'POST', headers })).headers.get('location') ?? '';
    }
    const offset = await offsetAt(running.url);
    expect(offset).toBeGreaterThanOrEqual(acknowledged);
    acknowledged = offset;
    const killAt = round < kills ? offset + Math.random() * 15_000_000 : Number.POSITIVE_INFINITY;
    const body = (async function* () {
      for (let at = offset; at < bytes.length; at += 65_536) {
        if (at > killAt) await running.kill();
        yield bytes.subarray(at, at + 65_536);
      }
    })();
    const answer = await patch(running.url, offset, body).catch(() => undefined);
    if (answer === undefined) continue;
    expect(answer.status).toBe(204);
    const id = answer.headers.get('tributary-file-id');
    const query = `{ file(id: "${id}") { sha256 sizeBytes downloadUrl } }`;
    const headers = { [assertionHeader]: await minter.mint(editor), 'content-type': 'application/json' };
    const asked = await fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    const { file } = ((await asked.json()) as { data: { file: { sha256: string; downloadUrl: string } } })
      .data;
    expect(file.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const link = { headers: { [assertionHeader]: await minter.mint(stranger) } };
    const served = await (await fetch(running.url + file.downloadUrl, link)).arrayBuffer();
    expect(Buffer.from(served).equals(bytes)).toBe(true);
    expect(round).toBe(kills);
    await running.kill();
    return;
  }
}, 240_000);
