import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { descendantsOf, eventually, graphCaller, runningProcesses } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { type Command, clone, run } from './clone.ts';

const within = { timeoutMs: 120_000 };

/** The address of the start block with this number, counted from 1. */
async function servedAt(dev: Command, block: number): Promise<string> {
  return eventually(() => {
    const blocks = [...dev.output().matchAll(/GraphQL\s+(http:\S+)\/graphql[\s\S]*?Ctrl-C/g)];
    const url = blocks[block - 1]?.[1];
    if (url === undefined) throw new Error(`there is no start block ${block}: ${dev.output()}`);
    return url;
  }, within);
}

async function change(folder: string, path: string, [from, to]: readonly [string, string]): Promise<void> {
  const text = await readFile(join(folder, path), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(folder, path), text.replace(from, to));
}

test('npm run dev serves a changed model and a changed resolver, says what does not compile or start, and goes on watching', async () => {
  const folder = await clone();
  const dev = run(folder, ['scripts/start.mjs', '--watch']);
  await servedAt(dev, 1);

  await change(folder, 'schema/models/airport.graphql', [
    '  city: String',
    '  nickname: String\n  city: String',
  ]);
  const withModel = graphCaller(await servedAt(dev, 2));
  expect((await withModel('{ airports(first: 1) { nodes { nickname } } }')).errors).toEqual([]);

  const resolver = 'subgraphs/identity/src/resolvers/Query/signUpOpen.ts';
  await change(folder, resolver, ['core.settings.signUpOpen', 'core.settings.signUpOpen &&']);
  await eventually(() => expect(dev.output()).toMatch(/signUpOpen\.ts.*error TS\d+/), within);
  await dev.says(/It does not compile; the last version that did goes on\./);
  expect((await withModel('{ signUpOpen }')).data).toEqual({ signUpOpen: true });
  await change(folder, resolver, ['core.settings.signUpOpen &&', '!core.settings.signUpOpen']);
  const withResolver = graphCaller(await servedAt(dev, 3));
  expect((await withResolver('{ signUpOpen }')).data).toEqual({ signUpOpen: false });

  await change(folder, 'schema/models/airport.graphql', ['nickname: String', 'nickname: Strong']);
  await dev.says(/nickname[\s\S]*It ended with 1; the next change starts it\./);
  await change(folder, 'schema/models/airport.graphql', ['nickname: Strong', 'nickname: String']);
  const mended = graphCaller(await servedAt(dev, 4));
  expect((await mended('{ airports(first: 1) { nodes { nickname } } }')).errors).toEqual([]);

  const children = descendantsOf(dev.process.pid ?? 0);
  expect(await dev.end('SIGINT')).toBe(0);
  const running = new Set(runningProcesses().map(({ pid }) => pid));
  expect(children.filter((pid) => running.has(pid))).toEqual([]);
}, 600_000);
