import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, freePorts, type Logger } from '@tributary/runtime';
import { eventually } from '@tributary/test-kit';
import { expect, onTestFinished, test } from 'vitest';
import { type RestartPolicy, superviseChild } from '../src/supervised-child.ts';

const silent = createLogger({ name: 'test', level: 'silent' });

async function mortal(
  policy: RestartPolicy,
  more: Readonly<Record<string, string>> = {},
  log: Logger = silent,
) {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}/`;
  const entry = 'deploy/all-in-one/test/mortal-child.fixture.mjs';
  const options = { name: 'part', entry, env: { PORT: String(port), ...more }, readyUrl: url };
  const child = await superviseChild(options, { log, policy });
  const pid = async (): Promise<number> => Number(await (await fetch(url)).text());
  const die = async (): Promise<void> => void (await fetch(`${url}die`).catch(() => undefined));
  return { child, pid, die };
}

test('a part that dies is started again, at the same address', async () => {
  const { child, pid, die } = await mortal({ most: 3, withinMs: 60_000, firstDelayMs: 10 });
  await using _stopped = child;
  const first = await pid();
  await die();
  await eventually(async () => expect(await pid()).not.toBe(first));
});

test('a part that dies again and again is given up, with one sentence that names it', async () => {
  const { child, pid, die } = await mortal({ most: 1, withinMs: 60_000, firstDelayMs: 10 });
  await using _stopped = child;
  const first = await pid();
  await die();
  await eventually(async () => expect(await pid()).not.toBe(first));
  await die();
  expect(await child.gaveUp).toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
    message: expect.stringMatching(/^The process of part ended 2 times within 60 s, .*\.$/),
  });
  await expect(pid()).rejects.toThrow();
});

test('a part that cannot start because an engine is away is tried again until it is back, however often', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'supervised-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const away = join(folder, 'away');
  const warned: unknown[] = [];
  const log: Logger = { ...silent, warn: (fields) => void warned.push(fields) };
  const { child, pid, die } = await mortal(
    { most: 1, withinMs: 60_000, firstDelayMs: 1 },
    { ENGINE: away },
    log,
  );
  await using _stopped = child;
  const first = await pid();
  await writeFile(away, '');
  await die();
  const failures = () => warned.filter((each) => JSON.stringify(each).includes('ENGINE_UNAVAILABLE'));
  await eventually(() => expect(failures().length).toBeGreaterThan(3));
  await rm(away);
  await eventually(async () => expect(await pid()).not.toBe(first));
});

test('a stop does not wait for a part that is about to be started again, and starts none', async () => {
  const { child, pid, die } = await mortal({ most: 3, withinMs: 60_000, firstDelayMs: 1_000_000 });
  await die();
  await eventually(() => expect(pid()).rejects.toThrow());
  await child[Symbol.asyncDispose]();
  await expect(pid()).rejects.toThrow();
});
