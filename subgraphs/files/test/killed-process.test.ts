import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { openKeyProvider } from '@tributary/engines/key-provider/open';
import { openObjectStore } from '@tributary/engines/object-store/open';
import { createPresignedTokens } from '@tributary/engines/object-store/presigned-tokens';
import type { Relational } from '@tributary/engines/relational';
import { buildFiles, defaultSettings } from '@tributary/files';
import { createLogger, ManualClock, systemClock } from '@tributary/runtime';
import {
  assertionHeader,
  createAssertionMinter,
  createAssertionVerifier,
  type Principal,
} from '@tributary/subgraph-kit';
import { eventually, freshDatabase, giveRights, typescriptProgram } from '@tributary/test-kit';
import { exportJWK, generateKeyPair } from 'jose';
import { expect, inject, onTestFinished, test } from 'vitest';
import { member, stranger } from './running-files.ts';

const program = typescriptProgram(fileURLToPath(new URL('../src/main.ts', import.meta.url)));
/** Uploads at a time: each kill meets each of them at a moment of its own. At night there are twenty kills. */
const uploads = 5;
const kills = inject('ledgerKills');
/** One upload more, which nobody comes back for after the last kill. */
const abandoned = 1;
const sizeBytes = 24_000_000;
/** What an upload sends at most before the next kill; so none is whole before the last. */
const mostSentBytes = 20_000_000 / kills;
const chunkBytes = 65_536;

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

interface Sent {
  readonly path: string;
  readonly bytes: Buffer;
  /** What the process said it has. */
  acknowledged: number;
}

test(`five uploads whose process is killed ${kills} times, each of them wherever it is then, lose nothing that was acknowledged, end as what was sent, and leave nothing behind; one that is given up gives its room back`, {
  retry: 0,
  timeout: 600_000,
}, async () => {
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
    // Nobody is asked who runs the installation.
    GATEWAY_URL: 'http://127.0.0.1:9',
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'info',
    NODE_ENV: 'development',
  };
  const editor = member('EDITOR');
  const assertionOf = async (who = editor) => ({ [assertionHeader]: await minter.mint(who) });
  const tus = async () => ({ ...(await assertionOf()), 'tus-resumable': '1.0.0' });

  const begin = async (url: string): Promise<Sent> => {
    const bytes = randomBytes(sizeBytes);
    const filename = Buffer.from('a.bin').toString('base64');
    const headers = { 'upload-length': String(sizeBytes), 'upload-metadata': `filename ${filename}` };
    const answer = await fetch(`${url}/files/tus`, {
      method: 'POST',
      headers: { ...(await tus()), ...headers },
    });
    return { path: answer.headers.get('location') ?? '', bytes, acknowledged: 0 };
  };
  const patch = async (url: string, { path, acknowledged }: Sent, chunks: AsyncIterable<Uint8Array>) => {
    const body = Readable.toWeb(Readable.from(chunks, { objectMode: false }));
    const headers = {
      'upload-offset': String(acknowledged),
      'content-type': 'application/offset+octet-stream',
    };
    const init = { method: 'PATCH', headers: { ...(await tus()), ...headers }, body, duplex: 'half' };
    return await fetch(url + path, init as RequestInit);
  };
  /** What is safe may be more than what was acknowledged, never less. */
  const resume = async (url: string, sent: Sent): Promise<void> => {
    const { status, headers } = await fetch(url + sent.path, { method: 'HEAD', headers: await tus() });
    expect(status).toBe(200);
    const offset = Number(headers.get('upload-offset'));
    expect(offset).toBeGreaterThanOrEqual(sent.acknowledged);
    sent.acknowledged = offset;
  };
  const filesOf = async (url: string, id: string | null) => {
    const asked = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...(await assertionOf()), 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ file(id: "${id}") { sha256 downloadUrl } }` }),
    });
    return ((await asked.json()) as { data: { file: { sha256: string; downloadUrl: string } } }).data.file;
  };

  let ledger: readonly Sent[] = [];
  let interrupted = 0;
  for (let round = 0; round < kills; round += 1) {
    const running = await startProcess(env);
    // It has made the tables.
    await giveRights(relational, editor);
    if (round === 0)
      ledger = await Promise.all(Array.from({ length: uploads + abandoned }, () => begin(running.url)));
    else await Promise.all(ledger.map((sent) => resume(running.url, sent)));
    let killing: Promise<void> | undefined;
    /** The first upload that comes to its own random place takes the process with it; the others are wherever they are. */
    const sending = async function* ({ bytes, acknowledged }: Sent): AsyncGenerator<Uint8Array> {
      const killAt = acknowledged + Math.random() * mostSentBytes;
      for (let at = acknowledged; at <= killAt; at += chunkBytes) {
        await killing;
        yield bytes.subarray(at, at + chunkBytes);
      }
      killing ??= running.kill();
      await killing;
    };
    const answers = ledger.map((sent) =>
      patch(running.url, sent, sending(sent)).then(
        () => 0,
        () => 1,
      ),
    );
    for (const cut of await Promise.all(answers)) interrupted += cut;
    // What a dead process holds, it holds for seconds more; nobody has to wait for them here.
    await relational.query('UPDATE files.upload SET lease_until = now()');
  }
  expect(interrupted).toBe((uploads + abandoned) * kills);

  const running = await startProcess(env);
  for (const sent of ledger.slice(abandoned)) {
    await resume(running.url, sent);
    const rest = (async function* () {
      yield sent.bytes.subarray(sent.acknowledged);
    })();
    const answer = await patch(running.url, sent, rest);
    expect(answer.status).toBe(204);
    const file = await filesOf(running.url, answer.headers.get('tributary-file-id'));
    expect(file.sha256).toBe(createHash('sha256').update(sent.bytes).digest('hex'));
    const link = { headers: await assertionOf(stranger) };
    const served = await (await fetch(running.url + file.downloadUrl, link)).arrayBuffer();
    expect(Buffer.from(served).equals(sent.bytes)).toBe(true);
  }
  await running.kill();
  await expectNoOrphans(relational, { dataDir, env, editor });
});

interface Left {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly editor: Principal;
}

/** What a sweep a day and a half later leaves: an object for each file, no part of anything else, and no room reserved for what was given up. */
async function expectNoOrphans(relational: Relational, { dataDir, env, editor }: Left): Promise<void> {
  const clock = new ManualClock(Date.now() + 36 * 3_600_000);
  const log = createLogger({ name: 'test', level: 'silent' });
  const tokens = createPresignedTokens({ secret: 'a secret of sixteen bytes', path: '/files/o', clock });
  await using objects = await openObjectStore(env['OBJECT_STORE_URL'] ?? '', { dataDir, tokens, clock });
  await using keyProvider = await openKeyProvider(env['KEY_PROVIDER_URL'] ?? '', { dataDir, clock });
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const files = buildFiles({
    relational,
    objects,
    keyProvider,
    scanner: undefined,
    operators: () => async () => false,
    clock,
    log,
    settings: { ...defaultSettings, secret: env['FILES_SECRET'] ?? '' },
    verifier: await createAssertionVerifier(await exportJWK(pair.publicKey), clock),
    onRefusal: () => undefined,
  });
  const minter = await createAssertionMinter(await exportJWK(pair.privateKey), clock);
  const usage = async (): Promise<unknown> =>
    (
      await files.execute({
        query: '{ workspaceUsage { usedBytes reservedBytes } }',
        assertion: await minter.mint(editor),
        requestId: 'usage',
      })
    ).data?.['workspaceUsage'];
  const usedBytes = uploads * sizeBytes;
  expect(await usage()).toEqual({ usedBytes, reservedBytes: abandoned * sizeBytes });
  expect(await files.sweep()).toMatchObject({ uploads: uploads + abandoned });
  expect(await usage()).toEqual({ usedBytes, reservedBytes: 0 });
  const { objects: left } = await objects.list({ prefix: 'files/', limit: 1_000 });
  const { rows } = await relational.query<{ key: string }>('SELECT object_key AS key FROM files.version');
  expect(left.map(({ key }) => key).sort()).toEqual(rows.map(({ key }) => key).sort());
  expect(await objects.unfinishedUploads(clock.now(), 10)).toEqual([]);
}
