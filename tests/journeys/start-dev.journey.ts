import { descendantsOf, eventually, graphCaller, runningProcesses } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { newWorkspace } from '../security/newcomers.ts';
import { clone, run } from './clone.ts';
import { change, servedAt, within } from './dev-loop.ts';

test('npm run dev serves a changed model and a changed resolver, says what does not compile, hold or start, and goes on watching', async () => {
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
  await dev.says(/It does not compile; the last good version goes on\./);
  expect((await withModel('{ signUpOpen }')).data).toEqual({ signUpOpen: true });
  await change(folder, resolver, ['core.settings.signUpOpen &&', '!core.settings.signUpOpen']);
  const withResolver = graphCaller(await servedAt(dev, 3));
  expect((await withResolver('{ signUpOpen }')).data).toEqual({ signUpOpen: false });

  await change(folder, 'schema/models/airport.graphql', ['nickname: String', 'nickname: Strong']);
  await dev.says(/Strong[\s\S]*What it declares does not hold; the last good version goes on\./);
  expect((await withResolver('{ airports(first: 1) { nodes { nickname } } }')).errors).toEqual([]);

  // Nothing is stored in it yet, so it may become something else; then something is, and it may not.
  await change(folder, 'schema/models/airport.graphql', ['nickname: Strong', 'nickname: Int']);
  const url = await servedAt(dev, 4);
  const { owner } = await newWorkspace(url);
  const input = { iata: 'NCK', name: 'Nicked', country: 'USA', latitude: 1, longitude: 2, nickname: 5 };
  await owner.ask(`mutation ($input: AirportInput!) { createAirport(input: $input) { id } }`, { input });
  await change(folder, 'schema/models/airport.graphql', ['  nickname: Int\n', '']);
  await dev.says(
    /nickname would be dropped[\s\S]*It does not fit what is stored; the last good version goes on\./,
  );
  const stored = await owner.ask('{ airports { nodes { nickname } } }');
  expect(stored.data).toEqual({ airports: { nodes: [{ nickname: 5 }] } });

  const children = descendantsOf(dev.process.pid ?? 0);
  expect(await dev.end('SIGINT')).toBe(0);
  const running = new Set(runningProcesses().map(({ pid }) => pid));
  expect(children.filter((pid) => running.has(pid))).toEqual([]);
}, 600_000);
