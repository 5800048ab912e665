import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { descendantsOf, graphCaller, runningProcesses } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { type Command, clone, run } from './clone.ts';
import { change, saveAtomically, served, servedAt } from './dev-loop.ts';

const model = 'schema/models/airport.graphql';
const resolver = 'subgraphs/identity/src/resolvers/Query/signUpOpen.ts';

test('npm run dev serves a changed model and a changed resolver, says what does not compile, hold or start, and goes on watching; it follows files that are replaced, those that took their place, and folders made since', async () => {
  const folder = await clone();
  const dev = run(folder, ['scripts/start.mjs', '--watch'], { REQUESTS_PER_MINUTE: '1000000' });
  await whatIsChanged(folder, dev);
  await whatIsStored(folder, dev);
  await whatIsMade(folder, dev);
  const children = descendantsOf(dev.process.pid ?? 0);
  expect(await dev.end('SIGINT')).toBe(0);
  const running = new Set(runningProcesses().map(({ pid }) => pid));
  expect(children.filter((pid) => running.has(pid))).toEqual([]);
}, 900_000);

/** Each file is written where it lies, replaced, and what took its place is replaced. A start costs more than all before it, so most of that is seen by what is refused. */
async function whatIsChanged(folder: string, dev: Command): Promise<void> {
  await servedAt(dev, 1);

  await change(folder, model, ['  city: String', '  nickname: String\n  city: String']);
  const withModel = graphCaller(await servedAt(dev, 2));
  expect((await withModel('{ airports(first: 1) { nodes { nickname } } }')).errors).toEqual([]);

  await change(folder, resolver, ['core.settings.signUpOpen', 'core.settings.signUpOpen &&']);
  await doesNotCompile(dev, 'Expression expected');
  expect((await withModel('{ signUpOpen }')).data).toEqual({ signUpOpen: true });
  await saveAtomically(folder, resolver, ['core.settings.signUpOpen &&', '!core.settings.signUpOpen']);
  const withResolver = graphCaller(await servedAt(dev, 3));
  expect((await withResolver('{ signUpOpen }')).data).toEqual({ signUpOpen: false });
  await saveAtomically(folder, resolver, ['settings.signUpOpen', 'settings.signUpOpens']);
  await doesNotCompile(dev, "'signUpOpens'");

  await saveAtomically(folder, model, ['nickname: String', 'nickname: Strong']);
  await saveAtomically(folder, resolver, ['settings.signUpOpens', 'settings.signUpOpen']);
  await dev.says(/Strong[\s\S]*What it declares does not hold; the last good version goes on\./);
  expect((await withResolver('{ airports(first: 1) { nodes { nickname } } }')).errors).toEqual([]);
  // Nothing is stored in it yet, so it may become something else.
  await saveAtomically(folder, model, ['nickname: Strong', 'nickname: Int']);
  await servedAt(dev, 4);
}

async function doesNotCompile(dev: Command, why: string): Promise<void> {
  await dev.says(
    new RegExp(
      `signUpOpen\\.ts.*error TS\\d+.*${why}[\\s\\S]*It does not compile; the last good version goes on\\.`,
    ),
  );
}

async function whatIsStored(folder: string, dev: Command): Promise<void> {
  const { owner } = await newWorkspace(served(dev));
  const input = { iata: 'NCK', name: 'Nicked', country: 'USA', latitude: 1, longitude: 2, nickname: 5 };
  await owner.ask(`mutation ($input: AirportInput!) { createAirport(input: $input) { id } }`, { input });
  await change(folder, model, ['  nickname: Int\n', '']);
  await dev.says(
    /nickname would be dropped[\s\S]*It does not fit what is stored; the last good version goes on\./,
  );
  const stored = await owner.ask('{ airports { nodes { nickname } } }');
  expect(stored.data).toEqual({ airports: { nodes: [{ nickname: 5 }] } });
}

async function whatIsMade(folder: string, dev: Command): Promise<void> {
  const made = 'subgraphs/identity/src/domain/fresh';
  // Twice: a folder that is removed and made again is another one under the same name.
  for (const name of ['first', 'second']) {
    await mkdir(join(folder, made, 'deeper'), { recursive: true });
    await writeFile(join(folder, made, 'deeper', `${name}.ts`), "export const count: number = 'one';\n");
    await dev.says(new RegExp(`${name}\\.ts.*error TS\\d+`));
    await rm(join(folder, made), { recursive: true });
  }
}
