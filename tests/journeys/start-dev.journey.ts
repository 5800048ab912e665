import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { descendantsOf, eventually, graphCaller, runningProcesses } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { type Command, clone, run } from './clone.ts';
import { change, saveAtomically, served, servedAt, within } from './dev-loop.ts';

const model = 'schema/models/airport.graphql';
const resolver = 'subgraphs/identity/src/resolvers/Query/signUpOpen.ts';

test('npm run dev serves a changed model and a changed resolver, says what does not compile, hold or start, and goes on watching; it follows files that are replaced, and folders made since', async () => {
  const folder = await clone();
  const dev = run(folder, ['scripts/start.mjs', '--watch'], { REQUESTS_PER_MINUTE: '1000000' });
  await whatIsChanged(folder, dev);
  // The refusal at the end of it left the model without a field that is stored.
  await change(folder, model, ['  city: String', '  nickname: Int\n  city: String']);
  await whatIsReplacedAndMade(folder, dev);
  const children = descendantsOf(dev.process.pid ?? 0);
  expect(await dev.end('SIGINT')).toBe(0);
  const running = new Set(runningProcesses().map(({ pid }) => pid));
  expect(children.filter((pid) => running.has(pid))).toEqual([]);
}, 900_000);

async function whatIsChanged(folder: string, dev: Command): Promise<void> {
  await servedAt(dev, 1);

  await change(folder, model, ['  city: String', '  nickname: String\n  city: String']);
  const withModel = graphCaller(await servedAt(dev, 2));
  expect((await withModel('{ airports(first: 1) { nodes { nickname } } }')).errors).toEqual([]);

  await change(folder, resolver, ['core.settings.signUpOpen', 'core.settings.signUpOpen &&']);
  await eventually(() => expect(dev.output()).toMatch(/signUpOpen\.ts.*error TS\d+/), within);
  await dev.says(/It does not compile; the last good version goes on\./);
  expect((await withModel('{ signUpOpen }')).data).toEqual({ signUpOpen: true });
  await change(folder, resolver, ['core.settings.signUpOpen &&', '!core.settings.signUpOpen']);
  const withResolver = graphCaller(await servedAt(dev, 3));
  expect((await withResolver('{ signUpOpen }')).data).toEqual({ signUpOpen: false });

  await change(folder, model, ['nickname: String', 'nickname: Strong']);
  await dev.says(/Strong[\s\S]*What it declares does not hold; the last good version goes on\./);
  expect((await withResolver('{ airports(first: 1) { nodes { nickname } } }')).errors).toEqual([]);

  // Nothing is stored in it yet, so it may become something else; then something is, and it may not.
  await change(folder, model, ['nickname: Strong', 'nickname: Int']);
  const url = await servedAt(dev, 4);
  const { owner } = await newWorkspace(url);
  const input = { iata: 'NCK', name: 'Nicked', country: 'USA', latitude: 1, longitude: 2, nickname: 5 };
  await owner.ask(`mutation ($input: AirportInput!) { createAirport(input: $input) { id } }`, { input });
  await change(folder, model, ['  nickname: Int\n', '']);
  await dev.says(
    /nickname would be dropped[\s\S]*It does not fit what is stored; the last good version goes on\./,
  );
  const stored = await owner.ask('{ airports { nodes { nickname } } }');
  expect(stored.data).toEqual({ airports: { nodes: [{ nickname: 5 }] } });
}

/** However often: the second round is about the file that took the place of the first. */
async function whatIsReplacedAndMade(folder: string, dev: Command): Promise<void> {
  for (const round of [1, 2]) {
    const field = `nickname${round}`;
    await saveAtomically(folder, model, ['  city: String', `  ${field}: String\n  city: String`]);
    await answers(dev, `{ airports(first: 1) { nodes { ${field} } } }`, { airports: { nodes: [] } });

    const closed = round === 2;
    const [open, shut] = ['  core.settings.signUpOpen', '  !core.settings.signUpOpen'];
    await saveAtomically(folder, resolver, closed ? [open, shut] : [shut, open]);
    await answers(dev, '{ signUpOpen }', { signUpOpen: !closed });
  }

  const made = 'subgraphs/identity/src/domain/fresh';
  // Twice: a folder that is removed and made again is another one under the same name.
  for (const name of ['first', 'second']) {
    await mkdir(join(folder, made, 'deeper'), { recursive: true });
    await writeFile(join(folder, made, 'deeper', `${name}.ts`), "export const count: number = 'one';\n");
    await dev.says(new RegExp(`${name}\\.ts.*error TS\\d+`));
    await rm(join(folder, made), { recursive: true });
  }
}

/** Resolves when what runs now answers so; what ran before the change is gone by then. */
async function answers(dev: Command, query: string, data: object): Promise<void> {
  await eventually(async () => {
    const call = graphCaller(served(dev));
    expect((await call(query)).data).toEqual(data);
  }, within);
}
