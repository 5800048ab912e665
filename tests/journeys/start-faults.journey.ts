import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { graphCaller, startProduct } from '@tributary/test-kit';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { attemptStart, ended, expectOneSentence, freshFolder } from './start-attempt.ts';

vi.setConfig({ testTimeout: 240_000 });

const isRoot = process.getuid?.() === 0;
const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : undefined;

test('a busy port is named, and so is a way out', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void holder.close());
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const dataDir = await freshFolder();
  const start = await attemptStart({ dataDir, env: { PORT: String(port), DEMO: 'off' } });
  await expectOneSentence(start, new RegExp(`^Port ${port} is busy; .*PORT=\\d+`), dataDir);
});

test('a data folder that this user may not write is named', async () => {
  const dataDir = await freshFolder();
  await chmod(dataDir, 0o555);
  const start = await attemptStart({ dataDir, user: nobody });
  await expectOneSentence(start, /cannot be written by this user.*DATA_DIR/, dataDir);
  expect(start.stderr).toContain(dataDir);
});

test('a file where the data folder should be is named', async () => {
  const dataDir = join(import.meta.dirname, 'start-faults.journey.ts');
  await expectOneSentence(
    await attemptStart({ dataDir }),
    /start-faults\.journey\.ts is in the way/,
    dataDir,
  );
});

test.for([
  ['from the first byte', '4k'],
  ['while the database is made', '12m'],
])('a disk that is full %s is said to be', async ([, size], { skip }) => {
  const disk = await freshFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    skip('needs root and mount, to make a small disk');
  }
  onTestFinished(() => void execFileSync('umount', [disk]));
  const dataDir = join(disk, 'data');
  await expectOneSentence(
    await attemptStart({ dataDir }),
    /^The disk that holds .* is full; free some space/,
    dataDir,
  );
});

test('a disk that fills up while the demo is loaded is said to be, and the next start has room and completes it', async ({
  skip,
}) => {
  const disk = await freshFolder();
  const mount = (options: string): void =>
    void execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk], { stdio: 'ignore' });
  try {
    mount('size=90m,mode=755');
  } catch {
    skip('needs root and mount, to make a small disk');
  }
  onTestFinished(() => void execFileSync('umount', [disk]));
  const dataDir = join(disk, 'data');
  const full = await attemptStart({ dataDir, env: { LOG_LEVEL: 'silent' } });
  await expectOneSentence(full, /^The disk that holds .* is full; free some space/, dataDir);
  // It closed in order, to the last step: nobody holds the folder any more.
  expect(existsSync(join(dataDir, 'process.json'))).toBe(false);
  mount('remount,size=500m');
  await using product = await startProduct({ form: 'one', dataDir });
  expect(product.output()).toContain('3376 airports, 20000 flights');
}, 180_000);

test('a Node that is too old is told so before anything is installed', async () => {
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.8' } })`;
  const start = await ended([
    '--import',
    `data:text/javascript,${encodeURIComponent(old)}`,
    'scripts/start.mjs',
  ]);
  expect(start).toEqual({
    code: 1,
    stdout: '',
    stderr: 'Tributary needs Node 20.19 or newer, and this is 18.20.8; install a newer Node and try again.\n',
  });
});

test('settings that do not hold are refused before what they would start is loaded', async () => {
  const tellsLoaded = `import { Module } from 'node:module';
    process.on('exit', () => process.stderr.write(Object.keys(Module._cache).filter((path) => path.includes('@apollo')).join()));`;
  const start = await ended(
    ['--import', `data:text/javascript,${encodeURIComponent(tellsLoaded)}`, 'deploy/all-in-one/dist/main.js'],
    { env: { NODE_ENV: 'development', PORT: '70000', DATA_DIR: await freshFolder() } },
  );
  expect(start.stderr).toMatch(/^The configuration is not usable: PORT: .*\n$/);
});

test('a second start on the same data folder is refused, and the first goes on', async () => {
  const { dataDir, pid, url } = inject('product');
  const second = await attemptStart({ dataDir, env: { DEMO: 'off' } });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(String(pid));
  expect(second.stderr.trimEnd().split('\n')).toHaveLength(1);
  expect((await graphCaller(url)('{ __typename }')).status).toBe(200);
});

test('production refuses embedded engines unless they are allowed by name', async () => {
  const dataDir = await freshFolder();
  const env = { NODE_ENV: 'production' };
  await expectOneSentence(
    await attemptStart({ dataDir, env }),
    /production refuses.*ALLOW_EMBEDDED=1/,
    dataDir,
  );
  await using allowed = await startProduct({ form: 'one', dataDir, env: { ...env, ALLOW_EMBEDDED: '1' } });
  expect(allowed.output()).not.toContain('Demo workspace');
  // Nobody but who reads this output can make themselves its owner.
  expect(allowed.output()).toMatch(/workspace demo with the set-up token\n +setup_[\w-]{43}\n/);
});

test.each([
  ['an address others can reach', { HOST: '0.0.0.0' }],
  ['production', { NODE_ENV: 'production', ALLOW_EMBEDDED: '1' }],
])('the demo, whose passwords everybody knows, is refused on %s', async (_where, env) => {
  const dataDir = await freshFolder();
  const asked = await attemptStart({ dataDir, env: { ...env, DEMO: 'on' } });
  await expectOneSentence(asked, /^DEMO=on is refused/, dataDir);
});

test('a data folder that holds the demo is not served to others later', async () => {
  const { dataDir } = inject('product');
  const start = await attemptStart({ dataDir, env: { HOST: '0.0.0.0' } });
  expect(start).toMatchObject({ code: 1, stdout: '' });
  expect(start.stderr).toMatch(/^\S+ holds the demo workspace, whose passwords are published; .*\n$/);
});

test('every faulty setting is named at once, with what it may be', async () => {
  const dataDir = await freshFolder();
  const env = {
    PORT: '70000',
    REQUESTS_PER_MINUTE: '0',
    DEMO: 'perhaps',
    LOG_LEVEL: 'loud',
    CORS_ORIGINS: 'https://app.example, *',
    DEFAULT_WORKSPACE: 'Bad Slug!',
  };
  const start = await attemptStart({ dataDir, env });
  const sentence =
    /PORT: must be a whole number from 0 to 65535; .*REQUESTS_PER_MINUTE: must be a whole number from 1 to \d+\.$/;
  await expectOneSentence(start, sentence, dataDir);
  expect(start.stderr).toMatch(/LOG_LEVEL: must be debug, .*; DEMO: must be on or off;/);
  expect(start.stderr).toMatch(
    /DEFAULT_WORKSPACE: must be 2 to 48 .*; CORS_ORIGINS: must list exact origins/,
  );
});
