import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, graphCaller } from '@tributary/test-kit';
import { expect, test } from 'vitest';
import { type Command, clone, run } from './clone.ts';
import { saveAtomically, served, within } from './dev-loop.ts';

const model = 'schema/models/airport.graphql';
const resolver = 'subgraphs/identity/src/resolvers/Query/signUpOpen.ts';

test('npm run dev follows a model and a resolver however often they are replaced, and files in folders made since', async () => {
  const folder = await clone();
  const dev = run(folder, ['scripts/start.mjs', '--watch'], { REQUESTS_PER_MINUTE: '1000000' });
  await answers(dev, '{ signUpOpen }', { signUpOpen: true });

  // The second round is about the file that took the place of the first.
  for (const round of [1, 2]) {
    const field = `nickname${round}`;
    await saveAtomically(folder, model, ['  city: String', `  ${field}: String\n  city: String`]);
    await answers(dev, `{ airports(first: 1) { nodes { ${field} } } }`, { airports: { nodes: [] } });

    const closed = round % 2 === 1;
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
  expect(await dev.end('SIGINT')).toBe(0);
}, 600_000);

/** Resolves when what runs now answers so; what ran before the change is gone by then. */
async function answers(dev: Command, query: string, data: object): Promise<void> {
  await eventually(async () => {
    const call = graphCaller(served(dev));
    expect((await call(query)).data).toEqual(data);
  }, within);
}
